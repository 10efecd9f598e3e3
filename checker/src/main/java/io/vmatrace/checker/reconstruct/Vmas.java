package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.StartWrite;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Op;

/** The life and the write lock of each VMA, from probes on the functions of mm/vma.c, mm/vma_init.c and mm/mmap_lock.c. */
final class Vmas {
  private final World world;

  Vmas(World world) {
    this.world = world;
  }

  /** A probe that shows a VMA and changes nothing here. */
  void seen(Op op, TaskContext task, EventBatch events, int i) {
    VmaState vma = show(op, task, events, i);
    world.sampled(vma);
  }

  /** expand_downwards(): a stack grows. */
  void expanded(TaskContext task, EventBatch events, int i) {
    seen(Op.EXPAND_DOWNWARDS, task, events, i);
    task.fault.stackGrowth = true;
  }

  /** vm_area_alloc() returned. */
  void allocated(TaskContext task, EventBatch events, int i) {
    long address = events.value(i, Field.VMA);
    if (address == 0) {
      return;
    }
    VmaState vma = world.vma(address);
    MmState mm = events.has(i, Field.MM) ? world.mm(events.value(i, Field.MM)) : null;
    world.begin(Op.VM_AREA_ALLOC, task, mm, vma);
    world.emit();
    vma.allocate(world.now(), mm);
  }

  /** vm_area_dup() returned: in fork a child's VMA, else the new half of a split. */
  void copied(TaskContext task, EventBatch events, int i) {
    long address = events.value(i, Field.VMA);
    if (address == 0) {
      return;
    }
    VmaState vma = world.vma(address);
    VmaState original = world.vmaOrNull(events.value(i, Field.OTHER));
    boolean forking = task.state.forkParent() != null;
    MmState mm = forking ? task.state.forkChild() : original == null ? null : original.mm();
    world.begin(Op.VM_AREA_DUP, task, forking ? task.state.forkParent() : mm, vma).other(original);
    world.emit();
    vma.allocate(world.now(), mm);
  }

  void startWrite(TaskContext task, EventBatch events, int i) {
    VmaState vma = show(Op.VMA_START_WRITE, task, events, i);
    MmState mm = world.step().mm();
    task.state.startWrite().enter(vma, world.step().sample(), world.now());
    task.state.faultCall().startWrite(world.now());
    if (mm != null) {
      mm.startWrite(task.state);
    }
    world.sampled(vma);
  }

  void startedWrite(TaskContext task, EventBatch events, int i) {
    VmaState vma = show(Op.VMA_START_WRITE_RET, task, events, i);
    MmState mm = world.step().mm();
    WriteSection section = task.state.sectionOf(mm);
    if (section != null && events.value(i, Field.RET) == 0) {
      vma.writeLock(world.now(), section);
    }
    world.sampled(vma);
    StartWrite inFlight = task.state.startWrite();
    inFlight.close();
    if (mm != null && mm.startingWrite() == task.state) {
      mm.startWrite(null);
    }
  }

  /** A detach begins, or its second wait. */
  void detaching(Op op, TaskContext task, EventBatch events, int i) {
    VmaState vma = show(op, task, events, i);
    task.state.detach().enter(vma, world.step().sample(), world.now());
    world.sampled(vma);
  }

  /** The second wait of a detach is over (7.0 on). */
  void excluded(TaskContext task, EventBatch events, int i) {
    VmaState vma = show(Op.VMA_EXCLUDE_READERS_FOR_DETACH_RET, task, events, i);
    task.state.detach().close();
    world.sampled(vma);
  }

  /** vma_mark_detached() returned (6.15 to 6.19). */
  void detached(TaskContext task, EventBatch events, int i) {
    VmaState vma = show(Op.VMA_MARK_DETACHED_RET, task, events, i);
    task.state.detach().close();
    world.sampled(vma);
    vma.detach(world.now());
    WriteSection section = task.state.sectionOf(vma.mm());
    if (section != null) {
      section.detach(vma);
    }
  }

  /** vm_area_free(): back to the slab, or (to 6.14) queued for the end of the grace period. */
  void freed(TaskContext task, EventBatch events, int i) {
    VmaState vma = show(Op.VM_AREA_FREE, task, events, i);
    world.sampled(vma);
    Sample sample = world.step().sample();
    if (sample.hasRange()) {
      task.state.unmap().free(sample.start(), sample.end(), world.now());
    }
    vma.free(world.now());
  }

  /** vm_area_free_rcu_cb() (to 6.14). It runs in softirq context, on behalf of no task. */
  void reallyFreed(TaskContext task, EventBatch events, int i) {
    show(Op.VM_AREA_FREE_RCU, task, events, i);
  }

  /** vma_prepare(): the locks are taken, the ranges are about to change. */
  void prepared(TaskContext task, EventBatch events, int i) {
    VmaState vma = show(Op.VMA_PREPARE, task, events, i);
    world.sampled(vma);
    vma.prepare(world.now());
    VmaState removed = world.vmaOrNull(events.value(i, Field.REMOVE));
    if (removed != null) {
      removed.prepare(world.now());
    }
  }

  void completed(TaskContext task, EventBatch events, int i) {
    VmaState vma = show(Op.VMA_COMPLETE, task, events, i);
    world.sampled(vma);
    vma.complete();
    VmaState removed = world.vmaOrNull(events.value(i, Field.REMOVE));
    if (removed != null) {
      removed.complete();
    }
  }

  private VmaState show(Op op, TaskContext task, EventBatch events, int i) {
    VmaState vma = world.vma(events.value(i, Field.VMA));
    Step step = world.begin(op, task, world.mmOf(vma, events, i), vma);
    world.sample(events, i);
    step.address(events.value(i, Field.ADDRESS));
    step.other(world.vmaOrNull(events.value(i, Field.OTHER)));
    if (events.has(i, Field.RET)) {
      step.ret(events.value(i, Field.RET));
    }
    world.emit();
    return vma;
  }
}
