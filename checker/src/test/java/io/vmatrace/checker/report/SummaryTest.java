package io.vmatrace.checker.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.report.Report.FaultCounts;
import io.vmatrace.checker.report.Report.Verdict;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Parts of a run may be summed up in any grouping and order. */
class SummaryTest {
  private static final Summary BROKEN = Summary.of(ReportSamples.broken(3));
  private static final Summary CLEAN = Summary.of(ReportSamples.clean());
  private static final Summary LOST = Summary.of(ReportSamples.inconclusive());

  @Test
  void shouldCountWhatTheReportsSay() {
    Summary run = BROKEN.merge(CLEAN).merge(LOST).merge(BROKEN);
    assertThat(run.captures()).isEqualTo(Map.of(Verdict.VIOLATION, 2L, Verdict.OK, 1L, Verdict.INCONCLUSIVE, 1L));
    assertThat(run.violations()).isEqualTo(Map.of("R59", 6L));
    assertThat(run.events()).isEqualTo(6_000);
    assertThat(run.lost()).isEqualTo(7);
    assertThat(run.faults()).isEqualTo(new FaultCounts(400, 360, 36, 4));
  }

  @Test
  void shouldMergeInAnyGroupingAndOrder() {
    assertThat(BROKEN.merge(CLEAN).merge(LOST)).isEqualTo(BROKEN.merge(CLEAN.merge(LOST))).isEqualTo(LOST.merge(BROKEN).merge(CLEAN));
    assertThat(Summary.EMPTY.merge(LOST)).isEqualTo(LOST).isEqualTo(LOST.merge(Summary.EMPTY));
  }

  @Test
  void shouldTakeTheWorstVerdict() {
    assertThat(CLEAN.merge(BROKEN).merge(LOST).worst()).isEqualTo(Verdict.VIOLATION);
    assertThat(CLEAN.merge(LOST).worst()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(CLEAN.worst()).isEqualTo(Verdict.OK);
    assertThat(Summary.EMPTY.worst()).isEqualTo(Verdict.INCONCLUSIVE);
  }
}
