package io.vmatrace.checker.story;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.PageRange;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.SystemCall;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.VmaTree;

/** An address of user space, in whatever mm: the VMAs that cover it, and the look-ups and faults of its page. */
final class AddressSubject implements Subject {
  private static final int PAGE_SHIFT = 12;

  private final PageRange page;
  private final Values values;

  AddressSubject(long address, Values values) {
    long first = address >>> PAGE_SHIFT << PAGE_SHIFT;
    page = new PageRange(first, first + (1L << PAGE_SHIFT) - 1);
    this.values = values;
  }

  @Override
  public boolean concerns(Step step) {
    return switch (step.op()) {
      case PAGE_FAULT, LOCK_VMA_UNDER_RCU, HANDLE_MM_FAULT -> page.contains(step.address());
      case VMA_START_READ, VMA_START_READ_REFUSED, HANDLE_MM_FAULT_RET -> false; // ends of what began in the page
      case SYSCALL_ENTER -> isAsked(step.systemCall());
      case MAS_ERASE -> step.range().contains(page.first()) && step.mm() != null && isMapped(step.mm()); // what is cleared reaches over the holes beside it
      case MAS_STORE, VMS_GATHER_MUNMAP_VMAS, VMS_GATHER_MUNMAP_VMAS_RET, VMS_COMPLETE_MUNMAP_VMAS ->
          step.first() < step.last() && page.overlaps(step.range());
      default -> {
        VmaState vma = step.vma();
        yield vma != null && (step.sample().hasRange() ? page.overlaps(new PageRange(step.sample().start(), step.sample().end() - 1)) : isAbout(vma));
      }
    };
  }

  /** Whether a system call is for the page, in whatever mm. */
  private boolean isAsked(SystemCall call) {
    return switch (call.kind()) {
      case MUNMAP, MPROTECT, MADVISE, MREMAP -> call.length() > 0 && page.overlaps(new PageRange(call.start(), call.start() + call.length() - 1));
      case MMAP, BRK, OTHER -> false;
    };
  }

  private boolean isMapped(MmState mm) {
    VmaTree.Range range = mm.tree().find(page.first());
    return range != null && range.vma() != null;
  }

  @Override
  public boolean isAbout(VmaState vma) {
    MmState mm = vma.mm();
    VmaTree.Range range = mm == null ? null : mm.tree().find(page.first());
    return range != null && range.vma() == vma || values.overlaps(vma, page);
  }
}
