package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.Verdict;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Captures of clean kernels that lack events and that a rule once took for broken. */
@Tag("soundness")
class IncompleteCapturesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "r15-no-ma_write-no-dup", "r18-no-released", "r26-spin-in-irq-6.12", "r66-one-return-missed", "r67-one-return-missed", "r72-one-return-missed"
      })
  void shouldNotConvict(String name) throws Exception {
    assumeTrue(RealCaptures.hasShared(), "needs the captures beside the project");
    String path = RealCaptures.shared("incomplete/" + name + ".txt.zst").toString();
    Report report = Check.run(path, new Check.Options(null, false), _ -> {});
    assertThat(report.verdict()).isNotEqualTo(Verdict.VIOLATION);
    assertThat(report.findings()).isEmpty();
  }
}
