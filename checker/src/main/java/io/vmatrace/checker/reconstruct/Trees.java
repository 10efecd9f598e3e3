package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.VmaTree;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Op;
import io.vmatrace.parser.event.specs.SyscallEvents;
import org.jspecify.annotations.Nullable;

/**
 * Each mm's VMA tree, from maple_tree:ma_write and from what says which range an unmap took. One store shows as one to three
 * events (mas_store_prealloc, then mas_wr_*), and an exact-fit clear through mas_store_gfp() shows as none (protocol.md 3.2), so
 * the range of an unmap comes from vms_complete_munmap_vmas() or from the system call.
 */
final class Trees {
  private static final long PAGE_MASK = 4095;
  private static final long MREMAP_DONTUNMAP = 4;

  private final World world;

  Trees(World world) {
    this.world = world;
  }

  /** ma_write. */
  void written(TaskContext task, EventBatch events, int i) {
    long first = events.value(i, Field.START);
    long end = events.value(i, Field.END);
    if ((first & PAGE_MASK) != 0 || (end & PAGE_MASK) != 0 || first < 0) {
      return; // another maple tree: munmap's side tree counts from 0, and VMAs lie on page boundaries
    }
    long last = end <= 0 ? VmaTree.TOP : end - 1;
    VmaState vma = world.vmaOrNull(events.value(i, Field.VMA));
    WriteSection section = task.state.innermostSection();
    MmState mm = section != null ? section.mm() : vma == null ? null : vma.mm();
    Step step = world.begin(vma == null ? Op.MAS_ERASE : Op.MAS_STORE, task, mm, vma);
    step.address(first);
    step.flags(last);
    world.emit();
    if (section != null) {
      store(section.mm(), first, last, vma);
    }
  }

  private void store(MmState mm, long first, long last, @Nullable VmaState vma) {
    mm.tree().store(first, last, vma, world.now().at());
    if (vma != null) {
      vma.belongsTo(mm);
      vma.attach(world.now());
    }
  }

  /** vms_gather_munmap_vmas() begins: struct vma_munmap_struct says which range. */
  void gathering(TaskContext task, EventBatch events, int i) {
    task.gatherFirst = events.value(i, Field.START);
    task.gatherLast = events.value(i, Field.END) - 1;
    task.state.unmap().gather(task.gatherFirst, task.gatherLast, world.now());
    step(Op.VMS_GATHER_MUNMAP_VMAS, task, null, task.gatherFirst, task.gatherLast);
  }

  /** vms_gather_munmap_vmas() returned: on success every VMA of the range is write-locked and detached. */
  void gathered(TaskContext task, EventBatch events, int i) {
    WriteSection section = task.state.innermostSection();
    MmState mm = section == null ? null : section.mm();
    Step step = world.begin(Op.VMS_GATHER_MUNMAP_VMAS_RET, task, mm, null);
    step.address(task.gatherFirst);
    step.flags(task.gatherLast);
    step.ret(events.value(i, Field.RET));
    world.emit();
    task.state.unmap().gathered();
    if (mm != null && events.value(i, Field.RET) == 0 && task.gatherLast > task.gatherFirst) {
      mm.tree().gather(task.gatherFirst, task.gatherLast);
      mm.gather(task.gatherFirst, task.gatherLast, world.now());
    }
  }

  /** vms_complete_munmap_vmas() begins: the range is out of the tree, or overwritten by what was mapped over it. */
  void completing(TaskContext task, EventBatch events, int i) {
    long first = events.value(i, Field.START);
    long last = events.value(i, Field.END) - 1;
    WriteSection section = task.state.innermostSection();
    MmState mm = section == null ? null : section.mm();
    step(Op.VMS_COMPLETE_MUNMAP_VMAS, task, mm, first, last);
    task.state.unmap().close();
    if (mm != null && last > first) {
      task.state.unmap().complete(first, last, world.now());
      mm.tree().eraseGathered(first, last, world.now().at());
    }
  }

  /** munmap() has downgraded the lock, which it does only after it took its range out of the tree (mm/vma.c vms_complete_munmap_vmas()). */
  void munmapped(TaskContext task, MmState mm) {
    long first = task.syscallStart;
    long last = first + pageAligned(task.syscallLength) - 1;
    if (last > first) {
      mm.tree().eraseStoredUpTo(first, last, world.now().at(), world.now().at());
    }
  }

  /** A system call returned: what it unmapped without an event of its own. */
  void returned(TaskContext task, EventKind kind, long ret) {
    MmState mm = task.state.mm();
    if (mm == null) {
      return;
    }
    if (kind == SyscallEvents.SYS_EXIT_MREMAP && task.syscall == SyscallEvents.SYS_ENTER_MREMAP && !Faults.isError(ret)) {
      remapped(task, mm, ret);
    } else if (kind == SyscallEvents.SYS_EXIT_BRK) {
      brk(task, mm, ret);
    }
  }

  /** mremap(): a moved mapping has left its old place, a shrunk one its end (mm/mremap.c). */
  private void remapped(TaskContext task, MmState mm, long ret) {
    long oldEnd = task.syscallStart + pageAligned(task.syscallLength);
    long newLength = pageAligned(task.syscallNewLength);
    boolean moved = ret != task.syscallStart && (task.syscallFlags & MREMAP_DONTUNMAP) == 0;
    long first = moved ? task.syscallStart : task.syscallStart + newLength;
    if ((moved || ret == task.syscallStart) && oldEnd > first) {
      mm.tree().eraseStoredUpTo(first, oldEnd - 1, task.lastSectionEndedAt, world.now().at());
    }
  }

  /** brk(): the heap ends at what it returned (mm/mmap.c). */
  private void brk(TaskContext task, MmState mm, long ret) {
    long before = pageAligned(mm.brk());
    if (mm.brk() != 0 && pageAligned(ret) < before) {
      mm.tree().eraseStoredUpTo(pageAligned(ret), before - 1, task.lastSectionEndedAt, world.now().at());
    }
    mm.brk(ret);
  }

  private void step(Op op, TaskContext task, @Nullable MmState mm, long first, long last) {
    Step step = world.begin(op, task, mm, null);
    step.address(first);
    step.flags(last);
    world.emit();
  }

  private static long pageAligned(long length) {
    return (length + PAGE_MASK) & ~PAGE_MASK;
  }
}
