package io.vmatrace.checker.rule.seq;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Checks;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.checker.rule.RuleInfo;
import io.vmatrace.checker.rule.Severity;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;
import java.util.EnumSet;
import java.util.List;

/**
 * v is write-locked exactly if vm_lock_seq equals mm_lock_seq while the mmap_lock is held for writing; __vma_start_write() copies it.
 */
final class StartWriteSetsLockSeq implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R09",
          "after __vma_start_write() vm_lock_seq equals mm_lock_seq",
          Severity.MEMORY_SAFETY,
          Generation.REFCNTS,
          List.of("mm/mmap_lock.c __vma_start_write()",
          "protocol.md 0"),
          EnumSet.of(Op.VMA_START_WRITE_RET),
          EnumSet.of(Op.VMA_START_WRITE_RET),
          true);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    if (!step.sample().hasSeqs() || step.ret() != 0) {
      return; // a killed writer (-EINTR, 6.19 on) has set nothing
    }
    int lockSeq = step.sample().lockSeq();
    int mmSeq = step.sample().mmSeq();
    if (lockSeq != mmSeq) {
      checks.brokenByValues(
          "__vma_start_write() returned with vm_lock_seq %s and mm_lock_seq %s"
              .formatted(Integer.toUnsignedString(lockSeq), Integer.toUnsignedString(mmSeq)));
    } else {
      checks.held();
    }
  }
}
