package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A run over many captures with many findings keeps none of them: what it writes would not fit in its memory as reports. */
class LargeRunTest {
  private static final int CAPTURES = 24;
  private static final int FINDINGS = 1_000;
  private static final String HEAP = "-Xmx32m";

  @TempDir Path directory;

  @Test
  void shouldWriteMoreJsonThanFitsInMemory() throws Exception {
    Path capture = brokenCapture();
    Path output = directory.resolve("out.json");
    List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), HEAP, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"), "io.vmatrace.cli.Vmatrace", "check", "--format", "json"));
    Stream.generate(capture::toString).limit(CAPTURES).forEach(command::add);
    Process process = new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    assertThat(process.waitFor()).isEqualTo(ExitStatus.VIOLATION.code());
    assertThat(Files.size(output)).isGreaterThan(22L << 20);
    JsonNode run = JsonMapper.shared().readTree(output);
    assertThat(run.path("verdict").asString()).isEqualTo("VIOLATION");
    assertThat(run.path("captures").values()).hasSize(CAPTURES).allMatch(of -> of.path("findings").size() == FINDINGS);
  }

  /** A clean capture, and after it so many VMAs that are freed while they are attached. */
  private Path brokenCapture() throws IOException {
    List<String> lines = new ArrayList<>();
    try (InputStream in = new ZstdInputStream(Files.newInputStream(Path.of("samples/clean-7.2.13-churn.txt.zst")))) {
      new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(lines::add);
    }
    String freed = lines.stream().filter(line -> line.contains(": vm_area_free: ")).findFirst().orElseThrow().replace("refcnt=0x0", "refcnt=0x1");
    for (int i = 0; i < FINDINGS; i++) {
      lines.add(freed.replaceFirst("\\d+\\.\\d{6}:", "%d.%06d:".formatted(20, i)).replaceFirst("vma=0x\\p{XDigit}+", "vma=0xff3358c342%06x".formatted(0x600000 + i * 0x100)));
    }
    return Files.write(directory.resolve("broken.txt"), lines);
  }
}
