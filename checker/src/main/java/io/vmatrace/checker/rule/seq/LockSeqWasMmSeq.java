package io.vmatrace.checker.rule.seq;

import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.rule.Checks;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.checker.rule.RuleInfo;
import io.vmatrace.checker.rule.Sampled;
import io.vmatrace.checker.rule.Severity;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;
import java.util.EnumSet;
import java.util.List;

/**
 * vm_lock_seq only ever holds a value that mm_lock_seq had inside a write section: odd since mm_lock_seq is a seqcount, never ahead of it,
 * never going back. It starts at 0xffffffff.
 */
final class LockSeqWasMmSeq implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R11",
          "vm_lock_seq is a past or present value of mm_lock_seq inside a write section",
          Severity.MEMORY_SAFETY,
          Generation.VMA_LOCKS,
          List.of("include/linux/mmap_lock.h vma_lock_init(), __vma_start_write()",
          "protocol.md 1.4"),
          Sampled.OPS,
          EnumSet.noneOf(Op.class),
          true);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    Sample sample = step.sample();
    VmaState vma = step.vma();
    if (!sample.hasLockSeq() || vma == null) {
      return;
    }
    int lockSeq = sample.lockSeq();
    String text = Integer.toUnsignedString(lockSeq);
    if (sample.hasRefcnt() && lockSeq % 2 == 0) {
      checks.brokenByValues("vm_lock_seq is %s: even, so no write section ever had it".formatted(text));
    } else if (sample.hasMmSeq() && lockSeq != Sample.NEVER_LOCKED && lockSeq - sample.mmSeq() > 0) {
      checks.brokenByValues("vm_lock_seq %s is ahead of mm_lock_seq %s".formatted(text, Integer.toUnsignedString(sample.mmSeq())));
    } else if (vma.isLockSeqKnown()
        && vma.lockSeq() != Sample.NEVER_LOCKED
        && lockSeq != Sample.NEVER_LOCKED // a new VMA in the place of one whose end was not seen
        && lockSeq - vma.lockSeq() < 0) {
      checks.broken("vm_lock_seq went back from %s to %s".formatted(Integer.toUnsignedString(vma.lockSeq()), text));
    } else {
      checks.held();
    }
  }
}
