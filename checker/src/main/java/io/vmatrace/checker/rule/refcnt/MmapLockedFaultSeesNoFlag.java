package io.vmatrace.checker.rule.refcnt;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.rule.PerTask;
import io.vmatrace.checker.rule.PerVma;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;
import org.jspecify.annotations.Nullable;

/**
 * Only __vma_start_write() and a detach set the flag, under the mmap_lock held for writing, and clear it before they release that lock: a fault
 * under it finds no flag, nor does the writer itself once __vma_start_write() has returned. A fault under the VMA lock may find the flag of a writer that waits for it, while mm_lock_seq is odd and the writer has not returned.
 */
final class MmapLockedFaultSeesNoFlag extends Rule {
  private final PerVma<Writer> writer = new PerVma<>();
  private final PerTask<Flagged> flagged = new PerTask<>();

  MmapLockedFaultSeesNoFlag() {
    super(hang("R08", "nobody finds an exclude-readers flag outside of __vma_start_write() and detaches").since("6.15")
        .on(Op.HANDLE_MM_FAULT, Op.HANDLE_MM_FAULT_RET, Op.VMA_START_WRITE, Op.VMA_START_WRITE_RET, Op.VMA_MARK_DETACHED, Op.VMA_PREPARE, Op.VMA_COMPLETE,
            Op.CHANGE_FLAGS, Op.CHANGE_POLICY, Op.USERFAULTFD_SET_CTX, Op.MOVE_PAGE_TABLES).byValues().orByValues()
        .relyingOn(Fact.IN_FAULT, Fact.IN_START_WRITE)
        .sources("mm/mmap_lock.c __vma_enter_locked() (6.15), __vma_start_exclude_readers(), __vma_end_exclude_readers() (7.0)",
            "mm/mprotect.c mprotect_fixup(), mm/mlock.c mlock_fixup(), mm/mempolicy.c mbind_range(), mm/mremap.c move_page_tables(), mm/userfaultfd.c userfaultfd_set_ctx() (6.15)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    VmaState vma = step.vma();
    switch (step.op()) {
      case HANDLE_MM_FAULT -> checkFault(step, checks);
      case HANDLE_MM_FAULT_RET -> judge(step, checks);
      case VMA_START_WRITE -> {
        if (vma != null) {
          writer.put(vma, new Writer(step.moment().copy(), null));
        }
      }
      case VMA_MARK_DETACHED, VMA_PREPARE, VMA_COMPLETE -> checkWriter(step, checks);
      case CHANGE_FLAGS, CHANGE_POLICY, USERFAULTFD_SET_CTX, MOVE_PAGE_TABLES -> checkChange(step, checks);
      default -> {
        checkWriter(step, checks);
        Writer last = vma == null ? null : writer.get(vma);
        if (vma != null && last != null) {
          writer.put(vma, new Writer(last.entered, step.moment().copy()));
        }
      }
    }
  }

  /** Only the holder of the mmap_lock for writing sets the flag, and it is in none of the functions that do. A killed writer is R10's. */
  private static void checkWriter(Step step, Checks checks) {
    if (!step.sample().hasRefcnt() || step.ret() != 0) {
      return;
    }
    if (step.sample().excludesReaders()) {
      checks.brokenByValues("vm_refcnt is 0x%08x after __vma_start_write(): the exclude-readers flag has been left in it".formatted(step.sample().refcnt()));
    } else {
      checks.held();
    }
  }

  /** mprotect(), mlock(), mbind(), mremap() and userfaultfd come to a VMA with the mmap_lock held for writing; madvise(), which reads no range, may not. */
  private static void checkChange(Step step, Checks checks) {
    if (!step.sample().hasRefcnt() || step.op() == Op.CHANGE_FLAGS && step.last() == 0) {
      return;
    }
    if (step.sample().excludesReaders()) {
      checks.brokenByValues("vm_refcnt is 0x%08x where a system call changes the VMA: an exclude-readers flag has been left in it".formatted(step.sample().refcnt()));
    } else {
      checks.held();
    }
  }

  private void checkFault(Step step, Checks checks) {
    if (!step.sample().hasRefcnt()) {
      return;
    }
    if (!step.sample().excludesReaders()) {
      checks.held();
    } else if (!step.isUnderVmaLock()) {
      checks.brokenByValues(
          "vm_refcnt is 0x%08x in a fault without FAULT_FLAG_VMA_LOCK: nobody can be excluding readers".formatted(step.sample().refcnt()));
    } else {
      remember(step);
    }
  }

  private void remember(Step step) {
    VmaState vma = step.vma();
    if (vma == null || !step.sample().hasMmSeq() || step.sample().mmSeq() % 2 != 0) {
      return;
    }
    Writer before = writer.get(vma);
    if (before == null || before.returned != null && before.returned.surelyBefore(step.moment())) {
      flagged.put(step.task(), new Flagged(vma, step.sample().refcnt(), step.moment().copy(), before));
    }
  }

  /** The values of a probe are read between its event and the task's next one: no writer may have come in that time. */
  private void judge(Step step, Checks checks) {
    Flagged fault = flagged.get(step.task());
    flagged.put(step.task(), null);
    if (fault != null && fault.vma == step.vma() && writer.get(fault.vma) == fault.before) {
      checks.broken(
          "vm_refcnt was 0x%08x when the fault began, and no writer was excluding readers".formatted(fault.refcnt),
          seen(fault.entered, "the fault finds the flag"));
    }
  }

  /** When a VMA's last __vma_start_write() began and, if it has, returned. */
  private record Writer(Moment entered, @Nullable Moment returned) {}

  /** A fault under the VMA lock that found the flag though nobody held the mmap_lock for writing, and the last writer before it. */
  private record Flagged(VmaState vma, int refcnt, Moment entered, @Nullable Writer before) {}
}
