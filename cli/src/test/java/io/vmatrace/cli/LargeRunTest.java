package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A run keeps neither the findings of many captures nor the lines of a long one: neither would fit in its memory. */
class LargeRunTest {
  private static final int CAPTURES = 24;
  private static final int FINDINGS = 1_000;
  private static final int LINES_BETWEEN = 350_000;
  private static final String HEAP = "-Xmx32m";

  /** Less than the long capture has bytes. */
  private static final String HEAP_OF_SLICE = "-Xmx40m";

  @TempDir Path directory;

  @Test
  void shouldWriteMoreJsonThanFitsInMemory() throws Exception {
    Path capture = brokenCapture();
    Path output = check(HEAP, Stream.concat(Stream.of("--format", "json"), Stream.generate(capture::toString).limit(CAPTURES)));
    assertThat(Files.size(output)).isGreaterThan(22L << 20);
    JsonNode run = JsonMapper.shared().readTree(output);
    assertThat(run.path("verdict").asString()).isEqualTo("VIOLATION");
    assertThat(run.path("captures").values()).hasSize(CAPTURES).allMatch(of -> of.path("findings").size() == FINDINGS);
  }

  /** Between a look-up and the free of its VMA there are more lines than fit in memory; the slice has both. */
  @Test
  void shouldSliceALongCapture() throws Exception {
    List<String> lines = lines("samples/broken-detach-no-wait-churn.txt.zst");
    int lookUp = IntStream.range(0, lines.size()).filter(i -> lines.get(i).contains(" 7.674323: lock_vma_under_rcu: ")).findFirst().orElseThrow();
    Path capture = directory.resolve("long.txt");
    try (BufferedWriter out = Files.newBufferedWriter(capture)) {
      for (int i = 0; i < lines.size(); i++) {
        out.append(lines.get(i).contains("entries-in-buffer") ? "#" : lines.get(i)).append('\n');
        for (int k = 0; i == lookUp && k < LINES_BETWEEN; k++) {
          out.append("           other-999     [003] .....     7.674323: page_fault_user: address=0x7fa6d9%06x ip=0x401b2a error_code=0x7\n".formatted(k << 12 & 0xffffff));
        }
      }
    }
    assertThat(Files.size(capture)).isGreaterThan(42L << 20);
    check(HEAP_OF_SLICE, Stream.of("--quiet", "--slice", directory.toString(), capture.toString()));
    assertThat(Files.readAllLines(directory.resolve("R59-vm_area_free-munmap-under-reader.txt"))).contains(lines.get(lookUp)).hasSizeLessThan(8);
  }

  /** Checks in a JVM with little memory; returns what it wrote. */
  private Path check(String heap, Stream<String> arguments) throws Exception {
    Path output = directory.resolve("out");
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), heap, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"), "io.vmatrace.cli.Vmatrace", "check"));
    arguments.forEach(command::add);
    Process process = new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    assertThat(process.waitFor()).isEqualTo(ExitStatus.VIOLATION.code());
    return output;
  }

  private static List<String> lines(String capture) throws IOException {
    try (InputStream in = new ZstdInputStream(Files.newInputStream(Path.of(capture)))) {
      return new ArrayList<>(new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
    }
  }

  /** A clean capture, and after it so many VMAs that are freed while they are attached. */
  private Path brokenCapture() throws IOException {
    List<String> lines = lines("samples/clean-7.2.13-churn.txt.zst");
    String freed = lines.stream().filter(line -> line.contains(": vm_area_free: ")).findFirst().orElseThrow().replace("refcnt=0x0", "refcnt=0x1");
    for (int i = 0; i < FINDINGS; i++) {
      lines.add(freed.replaceFirst("\\d+\\.\\d{6}:", "%d.%06d:".formatted(20, i)).replaceFirst("vma=0x\\p{XDigit}+", "vma=0xff3358c342%06x".formatted(0x600000 + i * 0x100)));
    }
    return Files.write(directory.resolve("broken.txt"), lines);
  }
}
