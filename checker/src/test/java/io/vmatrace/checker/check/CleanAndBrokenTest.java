package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.Certainty;
import io.vmatrace.checker.report.Report.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The verdicts on captures of real kernels, clean ones and such as were built with one step of the protocol taken out. */
class CleanAndBrokenTest {
  static Stream<Path> clean() {
    return RealCaptures.clean();
  }

  @ParameterizedTest
  @MethodSource("clean")
  void shouldAcquitACleanKernel(Path capture) throws Exception {
    Report report = Check.run(capture.toString(), new Check.Options(null, true), _ -> {});
    assertThat(report.verdict()).isEqualTo(Verdict.OK);
    assertThat(report.findings()).isEmpty();
    assertThat(report.reasons()).isEmpty();
    assertAccounted(report, RealCaptures.bytes(capture).length);
    assertThat(report.input().damaged()).isZero();
    assertThat(report.input().lost()).isZero();
  }

  private static void assertAccounted(Report report, long bytes) {
    Report.Accounting a = report.accounting();
    assertThat(report.input().bytes()).isEqualTo(bytes);
    assertThat(a.header() + a.decoded() + a.ignored() + a.unknown() + a.damaged()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource({
    "fork-unlocked-fork-faults, R72, 155",
    "fork-unlocked-churn, , 0",
    "fork-unlocked-fault-race, , 0",
    "fork-unlocked-files, , 0",
    "free-attached-churn, R59, 24",
    "free-attached-fault-race, R59, 80",
    "free-attached-files, R59, 32",
    "free-attached-fork-faults, , 0",
    "detach-no-wait-churn, R59, 11"
  })
  void shouldConvictABrokenKernelWhereTheBrokenStepRan(String name, String rule, int violations) throws Exception {
    Path capture = RealCaptures.broken(name + ".txt.zst");
    assumeTrue(Files.exists(capture), "needs the captures beside the project");
    Report report = Check.run(capture.toString(), new Check.Options(null, false), _ -> {});
    assertThat(report.verdict()).isEqualTo(rule == null ? Verdict.OK : Verdict.VIOLATION);
    assertThat(report.findings()).hasSize(violations).allMatch(f -> f.rule().equals(rule) && f.certainty() == Certainty.DEFINITE);
    assertThat(report.findings()).allMatch(f -> !f.evidence().isEmpty() && !f.at().text().isEmpty());
    assertAccounted(report, RealCaptures.bytes(capture).length);
  }
}
