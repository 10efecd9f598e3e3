package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaRead;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.rule.Checks;
import io.vmatrace.checker.rule.Checks.Evidence;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.checker.rule.RuleInfo;
import io.vmatrace.checker.rule.Severity;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;
import java.util.EnumSet;
import java.util.List;

/**
 * __vma_start_write() returns when no reader is left but such as will notice and back out. A fault that held its read lock from before that
 * return until after it shows that the writer did not wait; so does one in which the kernel died.
 */
final class WriteLockExcludesReaders implements Rule {
  private static final RuleInfo INFO =
      new RuleInfo(
          "R32",
          "a VMA is not write-locked while a reader holds it",
          Severity.MEMORY_SAFETY,
          Generation.REFCNTS,
          List.of("mm/mmap_lock.c __vma_start_write(), __vma_enter_locked() (6.15), __vma_start_exclude_readers() (7.0)"),
          EnumSet.of(Op.HANDLE_MM_FAULT, Op.HANDLE_MM_FAULT_RET, Op.DIED_IN_FAULT),
          EnumSet.of(Op.VMA_START_READ, Op.VMA_START_WRITE_RET),
          false);

  @Override
  public RuleInfo info() {
    return INFO;
  }

  @Override
  public void check(Step step, Checks checks) {
    VmaRead read = step.task().read();
    VmaState vma = read.vma();
    if (vma == null || vma != step.vma() || !read.isSameVma() || !Reads.isHeldAt(step)) {
      return;
    }
    if (!vma.writeLocked().surelyBetween(read.granted(), step.moment()) || vma.section() == null) {
      checks.held();
      return;
    }
    int writer = vma.section().task().pid();
    if (step.op() == Op.DIED_IN_FAULT) {
      checks.broken(
          "task %d write-locked the VMA while the fault of task %d held it read-locked, in which the kernel then died"
              .formatted(writer, step.task().pid()),
          Evidence.of(read.granted(), "the read lock is granted"),
          Evidence.of(step.task().faultCall().entered(), "the fault begins that has no end"),
          Evidence.of(vma.writeLocked(), "the write lock is granted"));
    } else {
      checks.broken(
          "task %d write-locked the VMA while this fault held it read-locked".formatted(writer),
          Evidence.of(read.granted(), "the read lock is granted"),
          Evidence.of(vma.writeLocked(), "the write lock is granted"));
    }
  }
}
