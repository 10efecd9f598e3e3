package io.vmatrace.checker.rule.mmaplock;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.PerTask;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/**
 * A writer that takes its mmap_lock once more waits for itself: where it is given it, the rwsem excluded nobody, or the first hold was given
 * back in its back. What only tries the lock for reading may do so inside a hold for reading (kernel/bpf/stackmap.c
 * stack_map_get_build_id_offset(), from any context).
 */
final class ReleasedBeforeTakenAgain extends Rule {
  /** When a task that holds a lock for writing asked for it once more: what it is given then is no downgrade. */
  private final PerTask<Moment> asked = new PerTask<>();

  ReleasedBeforeTakenAgain() {
    super(hang("R40", "a task releases the mmap_lock before it takes it again, but for readers that only try it")
        .on(Op.MMAP_LOCK_START, Op.MMAP_LOCK_FAILED, Op.MMAP_READ_LOCK, Op.MMAP_WRITE_LOCK, Op.STILL_WAITS_FOR_ITSELF)
        .relyingOn(Fact.MMAP_LOCK_HELD, Fact.HOLDS_NOTHING_ELSE)
        .sources("include/linux/mmap_lock.h mmap_write_lock(), mmap_read_lock() (6.18)", "kernel/locking/rwsem.c rwsem_write_trylock()"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var task = step.task();
    var hold = task.holdOf(step.mm());
    if (step.op() == Op.MMAP_LOCK_START) {
      asked.put(task, hold != null && hold.isWrite() ? step.moment().copy() : null);
      return;
    }
    if (step.op() == Op.STILL_WAITS_FOR_ITSELF && hold != null) {
      checks.brokenForWantOf(
          Absence.RELEASE,
          "the task asks for the mmap_lock %s, which it holds %s, and waits for it to the end of the capture"
              .formatted(step.isForWriting() ? "for writing" : "for reading", Overlaps.mode(hold)),
          seen(hold.acquired(), "acquires it " + (hold.section() == null ? "for reading" : "for writing")));
      return;
    }
    Moment again = asked.get(task);
    asked.put(task, null);
    if (step.op() == Op.MMAP_LOCK_FAILED) {
      return;
    }
    boolean write = step.op() == Op.MMAP_WRITE_LOCK;
    if (hold == null) {
      if (task.isHoldsKnown()) {
        checks.held();
      }
    } else if (write ? hold.section() != null : hold.isWrite() && again != null) {
      checks.kind(write ? "for-writing" : "for-reading");
      checks.brokenForWantOf(
          Absence.RELEASE,
          "the task is given the mmap_lock %s, which it holds %s".formatted(write ? "for writing" : "for reading", Overlaps.mode(hold)),
          seen(hold.acquired(), "acquires it for writing"),
          seen(again == null ? new Moment() : again, "asks for it once more"));
    }
  }
}
