package io.vmatrace.checker.rule.operation;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.TaskState;
import io.vmatrace.checker.rule.PerMm;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/**
 * An mm whose dup_mmap() failed has a part of the VMAs at most, and MMF_UNSTABLE: who meets it takes its mmap_lock, looks at that, and leaves it.
 * Only the task that forks undoes it. Its memory may become another mm's, which is locked for writing before anything else is done to it.
 */
final class NobodyWalksFailedFork extends Rule {
  private final PerMm<Failed> failed = new PerMm<>();

  NobodyWalksFailedFork() {
    super(memorySafety("R57", "nobody walks the mm of a failed fork").onlyPossible().since("6.4")
        .on(Op.DUP_MMAP_RET, Op.LOCK_VMA_UNDER_RCU, Op.HANDLE_MM_FAULT, Op.MMAP_WRITE_LOCK).relyingOn(Fact.FORK_FAILED)
        .sources("mm/mmap.c dup_mmap() (6.12)", "mm/swapfile.c unuse_mm() (6.18)", "include/linux/oom.h check_stable_address_space()"));
  }

  @Override
  public void check(Step step, Checks checks) {
    MmState mm = step.mm();
    if (mm == null) {
      return;
    }
    if (step.op() == Op.DUP_MMAP_RET) {
      returned(step, mm, checks);
      return;
    }
    Failed fork = failed.get(mm);
    if (step.op() == Op.MMAP_WRITE_LOCK) {
      failed.put(mm, null);
    } else if (fork != null && fork.task != step.task()) {
      checks.suspect("a task uses the mm of a fork that has failed", seen(fork.at, "dup_mmap() returns an error"));
    }
  }

  private void returned(Step step, MmState mm, Checks checks) {
    if (!step.hasRet()) {
      return;
    }
    if (step.ret() == 0) {
      checks.held();
    } else {
      failed.put(mm, new Failed(step.task(), step.moment().copy()));
    }
  }

  private record Failed(TaskState task, Moment at) {}
}
