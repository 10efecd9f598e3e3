package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** A writer waits until no reader is left: a reader that becomes one waits for itself, or for a writer that waits for it. */
final class NoWriteLockUnderReadLock extends Rule {
  NoWriteLockUnderReadLock() {
    super(hang("R27", "a holder of a VMA read lock does not write-lock a VMA").since("6.15").on(Op.HANDLE_MM_FAULT_RET).needs(Op.VMA_START_WRITE)
        .relyingOn(Fact.IN_FAULT).sources("mm/mmap_lock.c __vma_start_write()", "Documentation/mm/process_addrs.rst, Lock ordering"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var call = step.task().faultCall();
    if (call.startedWrite().known() && Reads.heldAt(step, call.startedWrite())) {
      checks.broken(
          "the task entered __vma_start_write() inside a fault under the VMA lock",
          seen(call.entered(), "the fault is handled under the VMA lock"),
          broke(call.startedWrite(), "enters __vma_start_write()"));
    } else if (Reads.heldToTheEnd(step)) {
      checks.held();
    }
  }
}
