package io.vmatrace.checker.steps;

import static io.vmatrace.checker.steps.StateField.*;

import io.vmatrace.checker.steps.StateField.Owner;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What steps do to a VMA: its vm_refcnt, its rw_semaphore to 6.14, and its memory. */
final class VmaSteps {
  private static final int FREE = 0;
  private static final int ALLOCATED = 1;
  private static final int IN_GRACE = 2;
  private static final List<StateField> COPIED = List.of(VM_MM, START, LAST, WRITABLE, DONTCOPY, UFFD, ANON, POLICY);

  private final StateLayout layout;
  private final boolean delaysFrees;

  /** Whether readers are counted in vm_refcnt: from 6.15 on. */
  private final boolean counts;

  private final int limit;

  /** Whether a reader may enter at the limit, and carries into the flag. */
  private final boolean carries;

  private final int vmas;

  VmaSteps(StateLayout layout, StepMachine.Rules rules) {
    this.layout = layout;
    counts = rules.counts();
    delaysFrees = rules.delaysFrees();
    limit = rules.limit();
    carries = rules.carries();
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
    if (count >= limit) {
      if (!carries) {
        return Word.REFUSED;
      }
      set(state, FLAG, vma, 1);
      set(state, REFCNT, vma, 0);
      return Word.GRANTED;
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

  @Nullable Broken flagGone(long[] state, int vma) {
    return get(state, FLAG, vma) == 1 ? null : new Broken("refcount-below-zero", "the exclude-readers flag is subtracted where it is not set");
  }

  /** unmap_vmas() goes through the VMAs that were gathered. */
  @Nullable Broken alive(long[] state, int list) {
    for (int vma = 0; vma < vmas; vma++) {
      if ((list >> vma & 1) != 0 && get(state, LIVE, vma) != ALLOCATED) {
        return new Broken("vma-used-after-free", "pages are zapped by way of a VMA that is freed");
      }
    }
    return null;
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

  @Nullable Broken attaches(long[] state, int vma) {
    if (count(state, vma) != Word.ZERO) {
      return new Broken("attached-twice", "a VMA is attached that is not detached");
    }
    return isWriteLocked(state, vma) ? null : new Broken("attached-unlocked", "a VMA is attached that is not write-locked");
  }

  @Nullable Broken notWriteLocked(long[] state, int vma) {
    return isWriteLocked(state, vma) ? new Broken("read-locked-under-writer", "a reader has a VMA that is write-locked") : null;
  }

  /** Write locks end with their section, or with its downgrade; then what is in the tree is attached, and what is attached is in the tree. */
  @Nullable Broken sectionEnds(long[] state, int mm, TreeSteps trees) {
    for (int vma = 0; vma < vmas; vma++) {
      if (get(state, LIVE, vma) == ALLOCATED && get(state, VM_MM, vma) == mm + 1) {
        Broken broken = sectionEnds(state, mm, vma, trees);
        if (broken != null) {
          return broken;
        }
      }
    }
    return null;
  }

  private @Nullable Broken sectionEnds(long[] state, int mm, int vma, TreeSteps trees) {
    if (layout.has(LOCK_SEQ) && get(state, LOCK_SEQ, vma) == layout.get(state, SEQ, mm)) {
      return new Broken("write-lock-left", "a write section ends, and a VMA of it stays write-locked");
    }
    if (get(state, FLAG, vma) == 1) {
      return new Broken("flag-left", "a write section ends, and the exclude-readers flag of a VMA is set");
    }
    if (!trees.isUsed(state, mm)) {
      return null;
    }
    boolean isInTree = trees.has(state, mm, vma);
    boolean isDetached = counts && layout.has(REFCNT) ? get(state, REFCNT, vma) == 0 : get(state, DETACHED, vma) == 1;
    boolean isAttached = counts ? get(state, REFCNT, vma) > 0 : layout.has(DETACHED) && get(state, DETACHED, vma) == 0;
    if (isInTree && isDetached) {
      return new Broken("detached-in-tree", "a write section ends, and a VMA is detached that is in the tree");
    }
    if (!isInTree && isAttached) {
      return new Broken("attached-outside-tree", "a write section ends, and a VMA is attached that is not in the tree");
    }
    return isInTree && !trees.hasOwnRange(state, mm, vma) ? new Broken("range-not-its-own", "a write section ends, and a VMA has not the range that the tree has for it") : null;
  }

  /** A field changes: no reader may have the VMA locked. */
  @Nullable Broken changes(long[] state, int vma) {
    return get(state, HOLDERS, vma) == 0 ? null : new Broken("changed-under-reader", "a VMA is changed, and a reader has it locked");
  }

  /** anon_vma is set from none under the mmap_lock only, or in a write section. */
  @Nullable Broken setAnon(long[] state, int vma, int task, int value) {
    int mm = get(state, VM_MM, vma) - 1;
    boolean isHeld = mm >= 0 && (layout.get(state, WRITER, mm) == task + 1 || (layout.get(state, READERS, mm) >> task & 1) != 0);
    if (get(state, ANON, vma) < value) {
      set(state, ANON, vma, value);
    }
    return isHeld ? null : new Broken("anon-vma-unlocked", "anon_vma is set without the mmap_lock");
  }

  /** A merge keeps the anon_vma of what goes. */
  @Nullable Broken keepsAnon(long[] state, int survivor, int removed) {
    return get(state, ANON, removed) == 0 || get(state, ANON, survivor) != 0 ? null : new Broken("anon-vma-lost", "a merge is over, and the VMA has not the anon_vma of what it took");
  }

  @Nullable Broken detachedAndUnused(long[] state, int vma) {
    return count(state, vma) == Word.ZERO && get(state, HOLDERS, vma) == 0
        ? null
        : new Broken("detached-and-unused", "a VMA's detach is over, and vm_refcnt is not 0: it is still in use");
  }

  /** In how many ways a VMA can be allocated: the slab may give any that is free. Those that never were a VMA are all the same: one will do. */
  int free(long[] state) {
    int free = 0;
    boolean hasFresh = false;
    for (int vma = 0; vma < vmas; vma++) {
      if (get(state, LIVE, vma) == FREE) {
        boolean isFresh = get(state, VM_MM, vma) == 0;
        free += isFresh && hasFresh ? 0 : 1;
        hasFresh |= isFresh;
      }
    }
    return free;
  }

  private int take(long[] state, int choice) {
    int left = choice;
    boolean hasFresh = false;
    for (int vma = 0; vma < vmas; vma++) {
      boolean isFresh = get(state, VM_MM, vma) == 0;
      boolean isChoice = get(state, LIVE, vma) == FREE && !(isFresh && hasFresh);
      hasFresh |= isFresh;
      if (isChoice && left-- == 0) {
        set(state, LIVE, vma, ALLOCATED);
        set(state, LOCK_SEQ, vma, layout.has(LOCK_SEQ) ? Word.NEVER_LOCKED : 0);
        set(state, REFCNT, vma, 0);
        set(state, FLAG, vma, 0);
        set(state, DETACHED, vma, 0);
        return vma;
      }
    }
    throw new IllegalStateException("no VMA is free");
  }

  /** vm_area_alloc(): the choice-th of those that are free. With stale fields it still has those of its last life. */
  int alloc(long[] state, int choice, int mm, int first, int last) {
    int vma = take(state, choice);
    set(state, VM_MM, vma, mm + 1);
    set(state, START, vma, first);
    set(state, LAST, vma, last);
    set(state, WRITABLE, vma, layout.has(WRITABLE) ? 1 : 0);
    set(state, DONTCOPY, vma, 0);
    set(state, UFFD, vma, 0);
    set(state, ANON, vma, 0);
    return vma;
  }

  /** The same, before anything is written to it. */
  int allocStale(long[] state, int choice) {
    return take(state, choice);
  }

  /** vm_area_dup(): a copy, not attached. */
  int duplicate(long[] state, int choice, int of) {
    int vma = take(state, choice);
    for (StateField field : COPIED) {
      set(state, field, vma, get(state, field, of));
    }
    return vma;
  }

  /** vm_area_free(). */
  @Nullable Broken release(long[] state, int vma, boolean afterRcu) {
    if (get(state, LIVE, vma) != ALLOCATED) {
      return new Broken("freed-twice", "a VMA is freed that is free");
    }
    int inRcu = 0;
    for (int task = 0; task < layout.count(Owner.TASK); task++) {
      inRcu |= layout.get(state, IN_RCU, task) << task;
    }
    boolean waits = delaysFrees && afterRcu && inRcu != 0;
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
