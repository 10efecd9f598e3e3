package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.Status;
import io.vmatrace.checker.report.Report.Verdict;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The events of one CPU of a machine that has two, as per_cpu/cpuN/trace has them. */
class OneCpuTest {
  private static final DecodedCapture CAPTURE = DecodedCapture.of(Path.of("../samples/clean-7.2-slow-reader-fault-race.txt.zst"));

  @Test
  void shouldGiveNoVerdictWhereTasksWereOnTheOtherCpuToo() {
    Report report = CAPTURE.check((events, i) -> events.cpu(i) == 0);
    assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(report.reasons()).singleElement().asString().startsWith("only one CPU is in it");
    assertThat(report.rules()).noneMatch(rule -> rule.status() == Status.HELD).anyMatch(rule -> rule.status() == Status.INCONCLUSIVE);
  }

  @Test
  void shouldGiveOneWhereNoCallEndsWithoutHavingBegun() {
    assertThat(CAPTURE.check((events, i) -> events.cpu(i) == 1).verdict()).isEqualTo(Verdict.OK);
    assertThat(CAPTURE.check((_, _) -> true).verdict()).isEqualTo(Verdict.OK);
  }
}
