package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every sample gives the output that lies beside it. With -Dvmatrace.refresh=true the outputs are written anew, to be read as a diff. */
class SamplesTest {
  private static final Path SAMPLES = Path.of("samples");
  private static final boolean REFRESH = Boolean.getBoolean("vmatrace.refresh");

  static Stream<Path> samples() throws IOException {
    try (Stream<Path> files = Files.list(SAMPLES)) {
      return files.filter(path -> path.toString().matches(".*\\.((txt|log)\\.zst|data)")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void shouldGiveTheExpectedText(Path sample) throws IOException {
    Runs.Result result = Runs.run("check", sample.toString());
    assertThat(result.status()).isEqualTo(sample.getFileName().toString().startsWith("clean-") ? 0 : 1);
    compare(sample, ".expected.txt", result.out());
    assertThat(result.out().lines().filter(line -> !line.contains(".zst") && !line.contains(".data")).toList()).allMatch(line -> line.length() <= 84);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void shouldGiveTheExpectedJson(Path sample) throws IOException {
    String json = Runs.run("check", "--format", "json", sample.toString()).out();
    assertThat(Schemas.of("check-1").validate(json, InputFormat.JSON)).extracting(Error::getMessage).isEmpty();
    compare(sample, ".expected.json", json);
    assertThat(Runs.run("check", "--format", "json", sample.toString()).out()).isEqualTo(json);
  }

  private static void compare(Path sample, String suffix, String output) throws IOException {
    Path expected = SAMPLES.resolve(sample.getFileName().toString().replaceFirst("\\.((txt|log)\\.zst|data)$", suffix));
    if (REFRESH) {
      Files.writeString(expected, output);
    }
    List<String> lines = Files.readString(expected).lines().toList();
    assertThat(output.lines().toList()).isEqualTo(lines);
  }
}
