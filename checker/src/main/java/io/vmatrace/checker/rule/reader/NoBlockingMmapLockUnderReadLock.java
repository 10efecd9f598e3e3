package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/** A holder of a VMA read lock may only try the mmap_lock: a writer may hold it and wait for this very reader. */
final class NoBlockingMmapLockUnderReadLock extends Rule {
  NoBlockingMmapLockUnderReadLock() {
    super(hang("R26", "a holder of a VMA read lock does not block on the mmap_lock").since("6.4").on(Op.HANDLE_MM_FAULT_RET).needs(Op.MMAP_LOCK_START)
        .relyingOn(Fact.IN_FAULT).sources("mm/memory.c __vmf_anon_prepare() (6.12)", "Documentation/mm/process_addrs.rst, Lock ordering"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var call = step.task().faultCall();
    if (call.blocked().known() && Reads.heldAt(step, call.blocked())) {
      checks.broken(
          "the task waited for the mmap_lock inside a fault under the VMA lock",
          seen(call.entered(), "the fault is handled under the VMA lock"),
          broke(call.blocked(), "waits for the mmap_lock"));
    } else if (Reads.heldToTheEnd(step)) {
      checks.held();
    }
  }
}
