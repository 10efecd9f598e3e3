package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.Certainty;
import io.vmatrace.checker.report.Report.RuleResult;
import io.vmatrace.checker.report.Report.Verdict;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clean captures with one edit that breaks the protocol. The name says what was edited. */
@Tag("soundness")
class EditedCapturesTest {
  private static Report check(String name) throws Exception {
    assumeTrue(RealCaptures.hasShared(), "needs the captures beside the project");
    return Check.run(RealCaptures.shared("edited/" + name + ".txt.zst").toString(), new Check.Options(null, true), _ -> {});
  }

  @ParameterizedTest
  @CsvSource({
    "e0-01-two-writers, R39", "e0-03-write-released-twice, R41", "e0-04-read-released-twice, R41", "e0-06-downgraded-never-released, R46",
    "e0-07-store-without-lock, R47", "e0-08-erase-without-lock, R47", "e0-09-store-under-read-lock, R47", "e0-11-store-after-downgrade, R43",
    "e0-13-writer-during-downgrade, R39", "e0-14-release-after-failed-write, R41", "e0-18-downgraded-released-as-write, R41",
    "e0-19-write-released-as-read, R41", "e0-21-user-fault-in-write-section, R46", "e0-25-released-by-another-task, R41",
    "e0-28-fork-stores-after-unlock, R47", "e0-33-store-after-release, R47", "e2-01-sw-outside-section, R29", "e2-03-detached-refcnt1, R06",
    "e2-04-freed-refcnt1, R59", "e2-05-freed-under-reader, R60", "e2-07-seq-even-inside, R12", "e2-08-granted-while-write-locked, R18",
    "e2-10-address-outside, R17", "e2-11-saturated, R01", "e2-12-flag-at-entry, R02", "e2-13-detached-twice, R05", "e2-15-reader-write-locks, R27",
    "e2-16-lock-seq-ahead, R11", "e2-17-freed-twice, R61", "e2-18-allocated-twice, R61", "e2-19-gather-without-detach, R66", "e2-21-granted-in-gathered-range, R68", "e2-22b-freed-before-cleared, R55",
    "e2-24-fault-not-counted, R07", "e2-26b-really-new-vma-not-locked, R38", "e2-27-two-start-writes, R30", "e2-30-eintr-but-seq-set, R10",
    "e2-32-sw-after-downgrade, R43", "e2-33-flag-left-behind, R08", "e2-35-blocks-on-mmap-lock-under-read-lock, R26",
    "e2-37-look-up-sleeps, R21", "e2-38-seq-changes-inside-section, R13", "r05-6.19.14, R05", "r08-flag-under-mmap-read-lock, R08",
    "r41-read-release-after-failed-acquire, R41", "n1-free-not-locked, R37", "e0-16-write-lock-twice-same-task, R40", "e0-17-two-mms-write-locked, R45",
    "e0-22-kernel-fault-takes-read-in-own-write, R40", "e0-30-downgraded-twice, R42",
    "e2-25-vma-used-after-retry, R20", "e2-26-new-vma-not-locked, R48", "e2-40-changed-without-write-lock-vma_prepare, R53"
  })
  void shouldConvictByTheRuleThatTheEditBreaks(String name, String rule) throws Exception {
    Report report = check(name);
    assertThat(report.verdict()).isEqualTo(Verdict.VIOLATION);
    assertThat(report.findings()).anyMatch(finding -> finding.rule().equals(rule) && finding.certainty() == Certainty.DEFINITE);
  }

  /** The stored range of a VMA, and what is in the tree, may be another for reasons that no event shows. */
  @ParameterizedTest
  @ValueSource(strings = {"e0-24-one-vma-stored-at-two-ranges-one-section", "e0-32-vma-lost-from-tree-then-faulted-under-vma-lock",
      "e2-29-stored-range-not-own", "e2-29b-stored-range-not-own"})
  void shouldOnlySuspect(String name) throws Exception {
    Report report = check(name);
    assertThat(report.verdict()).isNotEqualTo(Verdict.VIOLATION);
    assertThat(report.findings()).isNotEmpty().allMatch(finding -> finding.certainty() == Certainty.POSSIBLE);
    assertThat(report.rules().stream().mapToLong(RuleResult::possible).sum()).isPositive();
  }

  /** A reference more after a write lock is that of a look-up which is not in the capture, and of one that leaves at once. */
  @Test
  void shouldNotSuspectWhatAnUnseenReaderExplains() throws Exception {
    assertThat(check("e2-34-leaked-reference").findings()).isEmpty();
  }
}
