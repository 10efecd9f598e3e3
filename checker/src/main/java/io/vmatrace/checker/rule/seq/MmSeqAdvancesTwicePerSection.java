package io.vmatrace.checker.rule.seq;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Checks;
import io.vmatrace.checker.rule.Checks.Evidence;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.checker.rule.RuleInfo;
import io.vmatrace.checker.rule.Sampled;
import io.vmatrace.checker.rule.Severity;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;
import java.util.EnumSet;
import java.util.List;

/**
 * Each write section advances mm_lock_seq by two, at its begin and at its end. Sections of tasks that were not traced add to that, so
 * more is no violation; less means that a begin or an end was skipped. An address whose mm is
 * gone may be another mm, whose number begins anew, so exits must be recorded.
 */
final class MmSeqAdvancesTwicePerSection implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R13",
          "mm_lock_seq advances by 2 with each write section",
          Severity.MEMORY_SAFETY,
          Generation.REFCNTS,
          List.of("include/linux/mmap_lock.h mm_lock_seqcount_begin(), vma_end_write_all() (6.14)",
          "protocol.md 1.4"),
          Sampled.OPS,
          EnumSet.of(Op.MMAP_WRITE_LOCK, Op.EXIT_MMAP),
          true);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    MmState mm = step.mm();
    if (mm == null || !step.sample().hasRefcnt() || !step.sample().hasMmSeq() || !mm.isMmSeqKnown()) {
      return;
    }
    if (step.task().sectionOf(mm) == null || !mm.mmSeqSeen().surelyBefore(step.moment())) {
      return;
    }
    int advanced = step.sample().mmSeq() - mm.mmSeq();
    long sections = mm.sectionsBegun() - mm.mmSeqSections();
    if (advanced < 2 * sections) {
      checks.broken(
          "mm_lock_seq went from %s to %s over %d write sections"
              .formatted(Integer.toUnsignedString(mm.mmSeq()), Integer.toUnsignedString(step.sample().mmSeq()), sections),
          Evidence.of(mm.mmSeqSeen(), "mm_lock_seq was " + Integer.toUnsignedString(mm.mmSeq())));
    } else {
      checks.held();
    }
  }
}
