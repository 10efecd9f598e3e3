package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Op;
import io.vmatrace.parser.event.specs.SyscallEvents;
import org.jspecify.annotations.Nullable;

/**
 * Each mm's VMA tree, from maple_tree:ma_write and from what says which range an unmap took. One store shows as one to three
 * events (mas_store_prealloc, then mas_wr_*), and an exact-fit clear through mas_store_gfp() shows as none (docs/PROTOCOL.md, What misleads), so
 * the range of an unmap comes from vms_complete_munmap_vmas() or from the system call.
 */
final class Trees {
  private static final long PAGE_MASK = 4095;
  private static final long MREMAP_DONTUNMAP = 4;

  private final World world;
  private final FaultLocks faultLocks;

  Trees(World world, FaultLocks faultLocks) {
    this.world = world;
    this.faultLocks = faultLocks;
  }

  /** ma_write. */
  void written(KnownTask task, EventBatch events, int i) {
    long first = events.value(i, Field.START);
    long end = events.value(i, Field.END);
    if ((first & PAGE_MASK) != 0 || (end & PAGE_MASK) != 0 || first < 0) {
      return; // another maple tree: munmap's side tree counts from 0, and VMAs lie on page boundaries
    }
    long last = end <= 0 ? KnownTree.TOP : end - 1;
    KnownVma vma = world.vmaOrNull(events.value(i, Field.VMA));
    KnownSection section = task.innermostSection();
    if (isBeingPrepared(events, i)) {
      if (section != null && vma != null) {
        section.mm().tree().forget(first, last); // mas_store_gfp() has no event of its own (do_brk_flags())
      }
      return;
    }
    if (section == null || isOfUnlockedChild(task, vma)) {
      writtenUnlocked(task, first, last, vma);
      return;
    }
    emitStore(task, section.mm(), first, last, vma);
    store(section.mm(), first, last, vma);
  }

  private void emitStore(KnownTask task, @Nullable KnownMm mm, long first, long last, @Nullable KnownVma vma) {
    world.begin(vma == null ? Op.MAS_ERASE : Op.MAS_STORE, task, mm, vma).range(first, last);
    world.emit();
  }

  private void writtenUnlocked(KnownTask task, long first, long last, @Nullable KnownVma vma) {
    KnownMm mm = changedUnlocked(task, first, last, vma);
    emitStore(task, mm, first, last, vma);
    KnownMm changed = mm != null ? mm : task.mm();
    if (changed != null) {
      changed.tree().forget(first, last); // the lock that the task lacks may not have been recorded, and of which mm it was with it
    }
    if (vma != null && task.isHoldsKnown()) {
      faultLocks.lockWasNotRecorded(task);
    }
  }

  /**
   * Whether a store that spans nodes is being prepared, before its VMA is write-locked: mas_preallocate() asks mas_is_span_wr(), whose event has
   * the pivot at which the store goes past its node (lib/maple_tree.c, 6.12 to 7.3). What stores has 0 there, or a slot.
   */
  private static boolean isBeingPrepared(EventBatch events, int i) {
    return (events.value(i, Field.PIVOT) & PAGE_MASK) == PAGE_MASK;
  }

  /** Whether fork stores what it has just copied into the tree of a child whose lock it does not hold, while it holds that of the parent. */
  private static boolean isOfUnlockedChild(KnownTask task, @Nullable KnownVma vma) {
    KnownMm child = task.forkChild();
    return child != null && vma != null && vma.mm() == child && task.forkParent() != null && task.holdOf(child) == null;
  }

  /**
   * Whose tree a task changes without a write section, as far as the capture proves it: the VMA's, that of the mm which fork has just
   * copied or execve is building, or the task's own where it unmaps what is cleared. Other maple trees show by the same events; else null.
   */
  private static @Nullable KnownMm changedUnlocked(KnownTask task, long first, long last, @Nullable KnownVma vma) {
    KnownMm mm = task.mm();
    if (vma != null && task.syscall.isFork() && task.forkChild() != null) {
      return task.forkChild();
    }
    if (vma != null) {
      return mm == null || vma.mm() == mm || vma.mm() == task.syscall.execMm ? vma.mm() : null; // one that was another mm's may have been freed unseen, and be this one's
    }
    if (mm == null || !task.syscall.isOnOwnMm()) {
      return null;
    }
    return task.syscall.unmapsWithin(first, last) || mm.tree().holdsVmaWithin(first, last) ? mm : null;
  }

  private void store(KnownMm mm, long first, long last, @Nullable KnownVma vma) {
    mm.tree().store(first, last, vma, world.now().at());
    if (vma != null) {
      vma.belongsTo(mm);
      vma.attach(world.now());
    }
  }

  /** vms_gather_munmap_vmas() begins: struct vma_munmap_struct says which range. */
  void gathering(KnownTask task, EventBatch events, int i) {
    task.gatherFirst = events.value(i, Field.START);
    task.gatherLast = events.value(i, Field.END) - 1;
    KnownSection section = task.sectionOf(mm(task));
    if (section != null) {
      section.gathers(task.gatherFirst, task.gatherLast);
    }
    step(Op.VMS_GATHER_MUNMAP_VMAS, task, mm(task), task.gatherFirst, task.gatherLast);
  }

  /** vms_gather_munmap_vmas() returned: on success every VMA of the range is write-locked and detached. */
  void gathered(KnownTask task, EventBatch events, int i) {
    KnownMm mm = mm(task);
    Step step = world.begin(Op.VMS_GATHER_MUNMAP_VMAS_RET, task, mm, null);
    step.range(task.gatherFirst, task.gatherLast);
    step.ret(events.value(i, Field.RET));
    world.emit();
    if (mm != null && events.value(i, Field.RET) == 0 && task.gatherLast > task.gatherFirst) {
      mm.tree().gather(task.gatherFirst, task.gatherLast);
    }
    task.gatherFirst = 0;
    task.gatherLast = 0;
  }

  /** vms_complete_munmap_vmas() begins: the range is out of the tree, or overwritten by what was mapped over it. */
  void completing(KnownTask task, EventBatch events, int i) {
    long first = events.value(i, Field.START);
    long last = events.value(i, Field.END) - 1;
    KnownMm mm = mm(task);
    step(Op.VMS_COMPLETE_MUNMAP_VMAS, task, mm, first, last);
    if (mm != null && last > first) {
      mm.tree().eraseGathered(first, last, world.now().at());
    }
  }

  /** munmap() has downgraded the lock, which it does only after it took its range out of the tree (mm/vma.c vms_complete_munmap_vmas()). */
  void munmapped(KnownTask task, KnownMm mm) {
    long first = task.syscall.start;
    long last = first + pageAligned(task.syscall.length) - 1;
    if (last > first) {
      mm.tree().eraseStoredUpTo(first, last, world.now().at(), world.now().at());
    }
  }

  /** A system call returned: what it unmapped without an event of its own. */
  void returned(KnownTask task, EventKind kind, long ret) {
    KnownMm mm = task.mm();
    if (mm == null) {
      return;
    }
    if (kind == SyscallEvents.SYS_EXIT_MREMAP && task.syscall.kind == SyscallEvents.SYS_ENTER_MREMAP && !Faults.isError(ret)) {
      remapped(task, mm, ret);
    } else if (kind == SyscallEvents.SYS_EXIT_BRK) {
      brk(task, mm, ret);
    }
  }

  /** mremap(): a moved mapping has left its old place, a shrunk one its end (mm/mremap.c). */
  private void remapped(KnownTask task, KnownMm mm, long ret) {
    long oldEnd = task.syscall.start + pageAligned(task.syscall.length);
    long newLength = pageAligned(task.syscall.newLength);
    boolean moved = ret != task.syscall.start && (task.syscall.flags & MREMAP_DONTUNMAP) == 0;
    long first = moved ? task.syscall.start : task.syscall.start + newLength;
    if ((moved || ret == task.syscall.start) && oldEnd > first) {
      mm.tree().eraseStoredUpTo(first, oldEnd - 1, task.lastSectionEndedAt, world.now().at());
    }
  }

  /** brk(): the heap ends at what it returned (mm/mmap.c). */
  private void brk(KnownTask task, KnownMm mm, long ret) {
    long before = pageAligned(mm.brk());
    if (mm.brk() != 0 && pageAligned(ret) < before) {
      mm.tree().eraseStoredUpTo(pageAligned(ret), before - 1, task.lastSectionEndedAt, world.now().at());
    }
    mm.brk(ret);
  }

  private void step(Op op, KnownTask task, @Nullable KnownMm mm, long first, long last) {
    world.begin(op, task, mm, null).range(first, last);
    world.emit();
  }

  /** The mm whose write section the task is in. */
  private static @Nullable KnownMm mm(KnownTask task) {
    KnownSection section = task.innermostSection();
    return section == null ? null : section.mm();
  }

  private static long pageAligned(long length) {
    return (length + PAGE_MASK) & ~PAGE_MASK;
  }
}
