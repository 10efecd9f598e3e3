package io.vmatrace.checker.rule.mmaplock;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Hold;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.PerTask;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/**
 * A downgrade logs that the mmap_lock is acquired for reading, and nothing before it; whoever acquires it otherwise logs first that it asks. So
 * what is acquired for reading without that is a downgrade, and the task must hold the lock for writing.
 */
final class OnlyWriterDowngrades extends Rule {
  /** The mm whose mmap_lock a task has asked for, for reading. */
  private final PerTask<MmState> asked = new PerTask<>();

  OnlyWriterDowngrades() {
    super(memorySafety("R42", "only the holder for writing downgrades").since("6.4").on(Op.MMAP_LOCK_START, Op.MMAP_LOCK_FAILED, Op.MMAP_READ_LOCK, Op.MMAP_WRITE_DOWNGRADE)
        .needs(Op.MMAP_LOCK_START).relyingOn(Fact.MMAP_LOCK_HELD)
        .sources("include/linux/mmap_lock.h mmap_write_downgrade(), mmap_read_lock(), mmap_read_trylock() (6.4)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    MmState mm = step.mm();
    switch (step.op()) {
      case MMAP_LOCK_START -> asked.put(step.task(), step.isForWriting() ? null : mm);
      case MMAP_LOCK_FAILED -> asked.put(step.task(), null);
      case MMAP_WRITE_DOWNGRADE -> checks.held();
      default -> {
        Hold hold = step.task().holdOf(mm);
        if (hold != null && !hold.isWrite() && asked.get(step.task()) != mm) {
          downgradesAgain(hold, checks);
        }
        asked.put(step.task(), null);
      }
    }
  }

  private static void downgradesAgain(Hold hold, Checks checks) {
    var section = hold.section();
    Moment downgraded = section == null ? new Moment() : section.ended();
    checks.brokenForWantOf(
        Absence.ACQUISITION,
        "a task downgrades the mmap_lock, which it holds for reading%s".formatted(section == null ? "" : " since its last downgrade"),
        seen(hold.acquired(), "acquires it for " + (section == null ? "reading" : "writing")),
        seen(downgraded, "downgrades it"));
  }
}
