package io.vmatrace.checker.rule.mmaplock;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/**
 * Two tasks that each hold the mmap_lock that the other one waits for wait for ever. fork nests the child's inside of the parent's, which nobody
 * else knows of; a system call that works on the task's own mm takes no other one's inside of it, and only those are looked at.
 */
final class OneMmIsWritten extends Rule {
  OneMmIsWritten() {
    super(hang("R45", "a task holds one mmap_lock for writing at most, but in fork, exec and ptrace").on(Op.MMAP_WRITE_LOCK)
        .relyingOn(Fact.WRITE_SECTION)
        .sources("kernel/fork.c dup_mmap(): mmap_write_lock_nested() (6.12)", "include/linux/mmap_lock.h mmap_write_lock()"));
  }

  @Override
  public void check(Step step, Checks checks) {
    if (step.mm() == null || !step.task().isInCallOnOwnMm()) {
      return;
    }
    WriteSection outer = step.task().innermostSection();
    if (outer == null) {
      checks.held();
    } else if (outer.mm() != step.mm()) {
      checks.about(outer.mm(), null);
      checks.broken(
          "a task takes the mmap_lock of the mm 0x%x for writing and holds this one's, in a system call that works on one mm".formatted(step.mm().address()),
          seen(outer.acquired(), "takes this mm's mmap_lock for writing"));
    }
  }
}
