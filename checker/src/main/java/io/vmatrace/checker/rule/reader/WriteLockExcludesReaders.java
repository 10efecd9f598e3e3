package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** A fault that held its read lock from before __vma_start_write() returned until after it shows a writer that did not wait. */
final class WriteLockExcludesReaders extends Rule {
  WriteLockExcludesReaders() {
    super(memorySafety("R32", "a VMA is not write-locked while a reader holds it").since("6.15")
        .on(Op.HANDLE_MM_FAULT, Op.HANDLE_MM_FAULT_RET, Op.DIED_IN_FAULT).needs(Op.VMA_START_WRITE_RET).relyingOn(Fact.VMA_READ_LOCKED, Fact.IN_FAULT)
        .sources("mm/mmap_lock.c __vma_start_write(), __vma_enter_locked() (6.15), __vma_start_exclude_readers() (7.0)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var read = step.task().read();
    var vma = read.vma();
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
          seen(read.granted(), "the read lock is granted"),
          seen(step.task().faultCall().entered(), "the fault begins that has no end"),
          seen(vma.writeLocked(), "the write lock is granted"));
    } else {
      checks.broken(
          "task %d write-locked the VMA while this fault held it read-locked".formatted(writer),
          seen(read.granted(), "the read lock is granted"),
          seen(vma.writeLocked(), "the write lock is granted"));
    }
  }
}
