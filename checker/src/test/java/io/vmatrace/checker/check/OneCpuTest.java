package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.RuleResult;
import io.vmatrace.checker.report.Report.Status;
import io.vmatrace.checker.report.Report.Verdict;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.MmapLockEvents;
import java.nio.file.Path;
import java.util.stream.IntStream;
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
  void shouldGiveOneWhereBothAre() {
    assertThat(CAPTURE.check((_, _) -> true).verdict()).isEqualTo(Verdict.OK);
  }

  /**
   * A release of the mmap_lock is taken out, of which CPU 0 alone shows as much as both, at the first place where others stand so close around
   * it that such events were on ({@link Silences}).
   */
  @Test
  void shouldOnlySuspectWhatTheOtherCpuMayExcuse() {
    EventBatch all = CAPTURE.events();
    int release =
        IntStream.range(0, all.size())
            .filter(i -> isReleaseOnCpu0(all, i) && CAPTURE.check((_, j) -> j != i).verdict() == Verdict.VIOLATION)
            .findFirst()
            .orElseThrow();
    Report one = CAPTURE.check((events, i) -> events.cpu(i) == 0 && i != release);
    assertThat(one.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(one.findings()).isEmpty();
    assertThat(one.rules().stream().mapToLong(RuleResult::possible).sum()).isPositive();
  }

  private static boolean isReleaseOnCpu0(EventBatch events, int i) {
    return events.kind(i) == MmapLockEvents.MMAP_LOCK_RELEASED && events.cpu(i) == 0 && events.value(i, Field.WRITE) != 0;
  }
}
