package io.vmatrace.checker.conform;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStream;
import io.vmatrace.checker.run.CaptureRun;
import io.vmatrace.parser.capture.CaptureSet;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.input.CaptureLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fault under the VMA lock finds two references at least: that of the VMA's being attached, and its own. */
class LeastReferencesTest {
  @TempDir Path folder;

  private static List<String> lines() throws IOException {
    try (InputStream in = new ZstdInputStream(Files.newInputStream(Path.of("../samples/clean-7.2.13-churn.txt.zst")))) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1).lines().toList();
    }
  }

  private ReplayReport replay(List<String> lines) throws Exception {
    Path file = Files.write(folder.resolve("trace.txt"), lines, StandardCharsets.ISO_8859_1);
    try (CaptureSet set = Captures.expand(file.toString(), CaptureLimits.DEFAULT); CaptureSource source = Objects.requireNonNull(set.next())) {
      Replay replay = new Replay(null);
      CaptureRun.over(source, CaptureRun.Options.DEFAULT, _ -> {}, replay);
      return replay.report();
    }
  }

  @Test
  void shouldRefuseOneReferenceInAFaultUnderTheVmaLock() throws Exception {
    List<String> lines = new ArrayList<>(lines());
    int fault = 0;
    while (!lines.get(fault).matches(".*: handle_mm_fault: .*flags=0x1\\w{3} .*refcnt=0x2 .*")) {
      fault++;
    }
    lines.set(fault, lines.get(fault).replace("refcnt=0x2 ", "refcnt=0x1 "));
    ReplayReport report = replay(lines);
    assertThat(report.refused()).isEqualTo(1);
    assertThat(report.mismatches().getFirst().at()).isEqualTo(fault + 1);
    assertThat(report.mismatches().getFirst().observed()).startsWith("vm_refcnt 0x1, ");
    assertThat(report.mismatches().getFirst().allowed()).isEqualTo("another value");
    assertThat(report.mismatches().getFirst().state()).contains("vm_refcnt 2").doesNotContain("vm_refcnt 1");
  }

  @Test
  void shouldTakeTwoReferencesThere() throws Exception {
    assertThat(replay(lines()).refused()).isZero();
  }
}
