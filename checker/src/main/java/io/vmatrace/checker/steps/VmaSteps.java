package io.vmatrace.checker.steps;

import static io.vmatrace.checker.steps.StateField.*;

import io.vmatrace.checker.steps.StateField.Owner;
import org.jspecify.annotations.Nullable;

/** What steps do to a VMA: its vm_refcnt, its rw_semaphore to 6.14, and its memory. */
final class VmaSteps {
  private static final int FREE = 0;
  private static final int ALLOCATED = 1;
  private static final int IN_GRACE = 2;

  private final StateLayout layout;
  private final boolean delaysFrees;

  /** Whether readers are counted in vm_refcnt: from 6.15 on. */
  private final boolean counts;

  private final int vmas;

  VmaSteps(StateLayout layout, boolean delaysFrees, boolean counts) {
    this.layout = layout;
    this.counts = counts;
    this.delaysFrees = delaysFrees;
    vmas = layout.count(Owner.VMA);
  }

  private int get(long[] state, StateField field, int vma) {
    return layout.get(state, field, vma);
  }

  private void set(long[] state, StateField field, int vma, int value) {
    layout.set(state, field, vma, value);
  }

  /** What vm_refcnt is, as far as steps ask. */
  int count(long[] state, int vma) {
    int count = get(state, REFCNT, vma);
    if (get(state, FLAG, vma) == 0) {
      return count == 0 ? Word.ZERO : Word.OTHER;
    }
    return count == 0 ? Word.FLAG_ALONE : count == 1 ? Word.FLAG_AND_ONE : Word.OTHER;
  }

  /** __refcount_inc_not_zero_limited_acquire(), include/linux/refcount.h (6.15). */
  int incNotZero(long[] state, int vma) {
    if (get(state, FLAG, vma) == 1) {
      return Word.REFUSED;
    }
    int count = get(state, REFCNT, vma);
    if (count == 0) {
      return Word.AGAIN;
    }
    set(state, REFCNT, vma, count + 1);
    return Word.GRANTED;
  }

  @Nullable Broken dec(long[] state, int vma) {
    int count = get(state, REFCNT, vma);
    if (count == 0) {
      return new Broken("refcount-below-zero", "a reference is dropped that vm_refcnt does not have");
    }
    set(state, REFCNT, vma, count - 1);
    return null;
  }

  @Nullable Broken flagThere(long[] state, int vma) {
    return get(state, FLAG, vma) == 0 ? null : new Broken("two-excluders", "the exclude-readers flag is set where it is set already");
  }

  /** refcount_add_not_zero(): zero for a detached VMA, which has no flag. */
  int addFlag(long[] state, int vma) {
    if (get(state, FLAG, vma) == 0 && get(state, REFCNT, vma) == 0) {
      return Word.ZERO;
    }
    set(state, FLAG, vma, 1);
    return Word.OTHER;
  }

  int subFlag(long[] state, int vma) {
    set(state, FLAG, vma, 0);
    return count(state, vma);
  }

  /** down_read_trylock(&vma->vm_lock->lock), to 6.14. */
  int tryRead(long[] state, int vma, int task) {
    if (get(state, SEM_WRITER, vma) == 1) {
      return Word.REFUSED;
    }
    set(state, SEM_READERS, vma, get(state, SEM_READERS, vma) | 1 << task);
    return Word.GRANTED;
  }

  /** With frees that RCU delays, memory that is free may not be touched; without them the slab keeps it a VMA (SLAB_TYPESAFE_BY_RCU). */
  @Nullable Broken use(long[] state, int vma, Instruction by) {
    boolean gone = delaysFrees && get(state, LIVE, vma) == FREE;
    return gone ? new Broken("vma-used-after-free", "%s touches a VMA that is freed".formatted(by.text())) : null;
  }

  @Nullable Broken noReader(long[] state, int vma) {
    return get(state, HOLDERS, vma) == 0 ? null : new Broken("write-locked-under-reader", "a VMA is write-locked, and a reader has it locked");
  }

  /** Whether vm_lock_seq equals mm_lock_seq, and a task is in a write section. */
  private boolean isWriteLocked(long[] state, int vma) {
    int mm = get(state, VM_MM, vma) - 1;
    return mm >= 0 && get(state, LOCK_SEQ, vma) == layout.get(state, SEQ, mm) && layout.get(state, WRITER, mm) != 0;
  }

  @Nullable Broken writeLocked(long[] state, int vma) {
    return isWriteLocked(state, vma) ? null : new Broken("detached-unlocked", "a VMA is detached that is not write-locked");
  }

  @Nullable Broken notWriteLocked(long[] state, int vma) {
    return isWriteLocked(state, vma) ? new Broken("read-locked-under-writer", "a reader has a VMA that is write-locked") : null;
  }

  /** Write locks end with their section, or with its downgrade. */
  @Nullable Broken noWriteLocks(long[] state, int mm) {
    for (int vma = 0; vma < vmas; vma++) {
      if (get(state, LIVE, vma) == ALLOCATED && get(state, VM_MM, vma) == mm + 1 && get(state, LOCK_SEQ, vma) == layout.get(state, SEQ, mm)) {
        return new Broken("write-lock-left", "a write section ends, and a VMA of it stays write-locked");
      }
    }
    return null;
  }

  @Nullable Broken detachedAndUnused(long[] state, int vma) {
    return count(state, vma) == Word.ZERO && get(state, HOLDERS, vma) == 0
        ? null
        : new Broken("detached-and-unused", "a VMA's detach is over, and vm_refcnt is not 0: it is still in use");
  }

  /** In how many ways a VMA can be allocated: the slab may give any that is free. */
  int free(long[] state) {
    int free = 0;
    for (int vma = 0; vma < vmas; vma++) {
      free += get(state, LIVE, vma) == FREE ? 1 : 0;
    }
    return free;
  }

  /** vm_area_alloc(): the choice-th of those that are free. */
  int alloc(long[] state, int choice, int mm, int first, int last) {
    int left = choice;
    for (int vma = 0; vma < vmas; vma++) {
      if (get(state, LIVE, vma) == FREE && left-- == 0) {
        set(state, LIVE, vma, ALLOCATED);
        set(state, VM_MM, vma, mm + 1);
        set(state, START, vma, first);
        set(state, LAST, vma, last);
        set(state, LOCK_SEQ, vma, Word.NEVER_LOCKED);
        set(state, REFCNT, vma, 0);
        set(state, FLAG, vma, 0);
        set(state, DETACHED, vma, delaysFrees ? 1 : 0);
        return vma;
      }
    }
    throw new IllegalStateException("no VMA is free");
  }

  /** vm_area_free(). */
  @Nullable Broken release(long[] state, int vma) {
    if (get(state, LIVE, vma) != ALLOCATED) {
      return new Broken("freed-twice", "a VMA is freed that is free");
    }
    int inRcu = 0;
    for (int task = 0; task < layout.count(Owner.TASK); task++) {
      inRcu |= layout.get(state, IN_RCU, task) << task;
    }
    boolean waits = delaysFrees && inRcu != 0;
    set(state, LIVE, vma, waits ? IN_GRACE : FREE);
    set(state, GRACE, vma, waits ? inRcu : 0);
    int unprotected = delaysFrees ? get(state, HOLDERS, vma) & ~inRcu : get(state, HOLDERS, vma);
    if (unprotected != 0) {
      return new Broken("freed-under-reader", "a VMA is freed, and a reader has it locked");
    }
    return !counts || count(state, vma) == Word.ZERO ? null : new Broken("freed-in-use", "a VMA is freed, and vm_refcnt is not 0");
  }

  /** A task leaves RCU: what was freed before, and nobody else is in RCU for, is free. */
  void leftRcu(long[] state, int task) {
    for (int vma = 0; vma < vmas && delaysFrees; vma++) {
      if (get(state, LIVE, vma) == IN_GRACE) {
        int left = get(state, GRACE, vma) & ~(1 << task);
        set(state, GRACE, vma, left);
        set(state, LIVE, vma, left == 0 ? FREE : IN_GRACE);
      }
    }
  }

  /** The lowest of some VMAs by its address, or -1. */
  int lowest(long[] state, int of) {
    int lowest = -1;
    for (int vma = 0; vma < vmas; vma++) {
      if ((of >> vma & 1) != 0 && (lowest < 0 || get(state, START, vma) < get(state, START, lowest))) {
        lowest = vma;
      }
    }
    return lowest;
  }
}
