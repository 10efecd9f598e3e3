package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.catalogue.Rules;
import io.vmatrace.checker.report.FindingId.Way;
import io.vmatrace.checker.report.Report.Certainty;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.checker.rule.RuleInfo;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The findings of one rule that has more of them than are kept whole. */
class RuleTallyTest {
  private static final int KEPT = RuleTally.MOST_FINDINGS;
  private static final Rule RULE = Rules.create().getFirst();
  private static final RuleInfo INFO = RULE.info();

  private final RuleTally tally = new RuleTally(RULE);

  private static Found found(long at, long mm, boolean byValues, Certainty certainty) {
    return new Found(INFO, at, 0, certainty, byValues, "", mm, 0, 0, 0, 0, List.of(), Set.of(), Way.UNTOLD, null, false, null, Doubt.NONE);
  }

  private void addByHistory(long at, long mm) {
    tally.add(found(at, mm, false, Certainty.DEFINITE));
  }

  /** As many as are kept, at the places 1 to 1,000, in the mms 1 and 2 by turns. */
  @BeforeEach
  void fill() {
    for (int at = 1; at <= KEPT; at++) {
      addByHistory(at, 1 + at % 2);
    }
  }

  private void assertCounts(long violations, long possible) {
    assertThat(tally.violations()).isEqualTo(violations);
    assertThat(tally.possible()).isEqualTo(possible);
  }

  @Test
  void shouldKeepTheFirstWholeAndCountAll() {
    addByHistory(2_000, 1);
    tally.add(found(2_001, 1, true, Certainty.DEFINITE));
    tally.add(found(2_002, 1, false, Certainty.POSSIBLE));
    assertThat(tally.findings()).hasSize(KEPT);
    assertCounts(KEPT + 2, 1);
  }

  @Test
  void shouldMakePossibleWhatLiesAfterALoss() {
    addByHistory(2_000, 1);
    addByHistory(2_002, 1);
    addByHistory(2_001, 1);
    tally.lost(2_001);
    assertCounts(KEPT + 2, 1);
    tally.lost(2_000);
    assertCounts(KEPT + 1, 2);
    tally.lost(KEPT);
    assertCounts(KEPT, 3);
    tally.lost(KEPT - 1);
    assertCounts(KEPT - 1, 4);
    assertThat(tally.findings().getLast().certainty()).isEqualTo(Certainty.POSSIBLE);
    tally.lost(0);
    assertCounts(0, KEPT + 3);
  }

  @Test
  void shouldKeepWhatOneEventsValuesProveThroughALoss() {
    tally.add(found(2_000, 1, true, Certainty.DEFINITE));
    tally.lost(0);
    assertCounts(1, KEPT);
  }

  @Test
  void shouldDropTheHistoryOfAnMm() {
    addByHistory(2_000, 1);
    addByHistory(2_001, 2);
    addByHistory(2_002, 1);
    tally.dropHistoryOf(mm -> mm == 1);
    assertCounts(KEPT / 2 + 1, 0);
    tally.lost(2_000);
    assertCounts(KEPT / 2, 1);
    tally.dropHistoryOf(mm -> mm == 2);
    assertCounts(0, 1);
  }

  @Test
  void shouldDropAllHistoryButWhatValuesProve() {
    addByHistory(2_000, 1);
    tally.add(found(2_001, 1, true, Certainty.DEFINITE));
    tally.add(found(2_002, 1, false, Certainty.POSSIBLE));
    tally.dropHistory(_ -> false);
    assertThat(tally.findings()).isEmpty();
    assertCounts(1, 0);
  }

  @Test
  void shouldDiscardAll() {
    addByHistory(2_000, 1);
    tally.add(found(2_001, 1, true, Certainty.DEFINITE));
    tally.add(found(2_002, 1, false, Certainty.POSSIBLE));
    tally.discard();
    assertThat(tally.findings()).isEmpty();
    assertCounts(0, 0);
  }

  @Test
  void shouldKeepOnlyDefiniteFindingsThatAreSupported() {
    tally.lost(500);
    addByHistory(2_000, 1);
    assertThat(tally.keepOnly(found -> found.mm() == 1)).isTrue();
    assertThat(tally.findings()).hasSize(250);
    assertCounts(250, 0);
    assertThat(tally.keepOnly(_ -> false)).isFalse();
    assertCounts(0, 0);
  }

  @Test
  void shouldPutALateVerdictWhereItBelongs() {
    tally.discard();
    addByHistory(3, 1);
    addByHistory(1, 2);
    addByHistory(3, 2);
    assertThat(tally.findings()).extracting(Found::at).containsExactly(1L, 3L, 3L);
    assertThat(tally.findings()).extracting(Found::mm).containsExactly(2L, 1L, 2L);
  }

  @Test
  void shouldSayWhyThereIsNoAnswerOnlyWhileThereIsASuspicion() {
    tally.discard();
    assertThat(tally.unsettled()).isNull();
    tally.unsettled(found(1, 1, false, Certainty.POSSIBLE), Unsettled.AT_THE_END);
    assertThat(tally.unsettled()).isEqualTo(Unsettled.AT_THE_END);
    tally.discard();
    assertThat(tally.unsettled()).isNull();
  }
}
