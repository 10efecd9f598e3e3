package io.vmatrace.checker.rule.seq;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.WriteSection;
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
 * mmap_write_lock() makes mm_lock_seq odd and its release or downgrade makes it even again, so what the holder reads in between is odd.
 */
final class MmSeqOddWhileWriteHeld implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R12",
          "mm_lock_seq is odd while the mmap_lock is held for writing",
          Severity.MEMORY_SAFETY,
          Generation.REFCNTS,
          List.of("include/linux/mmap_lock.h mm_lock_seqcount_begin(), vma_end_write_all() (6.14)"),
          Sampled.OPS,
          EnumSet.of(Op.MMAP_WRITE_LOCK),
          true);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    WriteSection section = step.task().sectionOf(step.mm());
    if (!step.sample().hasRefcnt() || !step.sample().hasMmSeq() || section == null) {
      return;
    }
    int mmSeq = step.sample().mmSeq();
    if (mmSeq % 2 == 0) {
      checks.broken(
          "mm_lock_seq is %s, even, in the hands of the writer".formatted(Integer.toUnsignedString(mmSeq)),
          Evidence.of(section.acquired(), "takes the mmap_lock for writing"));
    } else {
      checks.held();
    }
  }
}
