package io.vmatrace.checker.rule.operation;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.PerTask;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;
import org.jspecify.annotations.Nullable;

/** dup_mmap() write-locks each VMA of the parent killably from 6.19 on: a VMA that it could not lock is not copied, and the fork fails. */
final class KilledForkFails extends Rule {
  private static final long EINTR = -4;

  private final PerTask<Fork> forks = new PerTask<>();

  KilledForkFails() {
    super(memorySafety("R73", "a fork whose write lock was killed fails").since("6.15").on(Op.VMA_START_WRITE, Op.VMA_START_WRITE_RET, Op.DUP_MMAP_RET, Op.MMAP_WRITE_LOCK).needs(Op.VMA_START_WRITE_RET).relyingOn(Fact.FORKING)
        .sources("mm/mmap.c dup_mmap() (6.19)", "include/linux/mmap_lock.h vma_start_write_killable() (6.19)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    Fork fork = forks.get(step.task());
    if (step.op() == Op.MMAP_WRITE_LOCK) {
      forks.put(step.task(), null); // dup_mmap() takes the locks of both before it locks a VMA
    } else if (step.op() == Op.VMA_START_WRITE) {
      goesOn(step, fork, checks);
    }
    if (!step.hasRet()) {
      return;
    }
    if (step.op() == Op.VMA_START_WRITE_RET) {
      if (step.mm() != null && step.mm() == step.task().forkParent()) {
        Moment killed = fork == null ? null : fork.killed;
        forks.put(step.task(), new Fork(step.ret() == EINTR ? step.moment().copy() : killed));
      }
      return;
    }
    forks.put(step.task(), null);
    if (fork == null) {
      return;
    }
    if (fork.killed != null && step.ret() == 0) {
      checks.about(step.task().mm(), null);
      checks.broken("dup_mmap() returns 0, and has not write-locked a VMA that it copied", seen(fork.killed, "__vma_start_write() of a VMA of the parent returns -EINTR"));
    } else {
      checks.held();
    }
  }

  /** The first write lock that is killed is the last one of a parent's VMA: dup_mmap() leaves its loop. */
  private static void goesOn(Step step, @Nullable Fork fork, Checks checks) {
    if (fork != null && fork.killed != null && step.mm() != null && step.mm() == step.task().forkParent()) {
      checks.broken("dup_mmap() goes on to the next VMA of the parent, and has not write-locked the one before", seen(fork.killed, "__vma_start_write() of a VMA of the parent returns -EINTR"));
    }
  }

  /** A fork in which write locks were seen to return; when the last one did with -EINTR. */
  private record Fork(@Nullable Moment killed) {}
}
