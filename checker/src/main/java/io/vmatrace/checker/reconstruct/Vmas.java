package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
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
  void seen(Op op, KnownTask task, EventBatch events, int i) {
    KnownVma vma = show(op, task, events, i);
    vma.showAgain();
    world.sampled(vma);
  }

  /** A function that is about a VMA: what it fetches tells the rules something, and changes nothing here. */
  void shown(Op op, KnownTask task, EventBatch events, int i) {
    long address = events.value(i, Field.VMA);
    if (address != 0 && !Faults.isError(address)) {
      show(op, task, events, i);
    }
  }

  /** A function that is about an mm, or about that of the task. */
  void about(Op op, KnownTask task, EventBatch events, int i) {
    Step step = world.begin(op, task, events.has(i, Field.MM) ? world.mm(events.value(i, Field.MM)) : task.mm(), null);
    step.range(events.value(i, Field.START), events.value(i, Field.END) - 1);
    if (events.has(i, Field.RET)) {
      step.ret(events.value(i, Field.RET));
    }
    world.emit();
  }

  /** vm_area_alloc() returned. */
  void allocated(KnownTask task, EventBatch events, int i) {
    long address = events.value(i, Field.VMA);
    if (address == 0) {
      return;
    }
    KnownVma vma = world.vma(address);
    KnownMm mm = events.has(i, Field.MM) ? world.mm(events.value(i, Field.MM)) : null;
    world.begin(Op.VM_AREA_ALLOC, task, mm, vma);
    world.emit();
    vma.allocate(world.now(), mm);
  }

  /** vm_area_dup() returned: in fork a child's VMA, else the new half of a split. */
  void copied(KnownTask task, EventBatch events, int i) {
    long address = events.value(i, Field.VMA);
    if (address == 0) {
      return;
    }
    KnownVma vma = world.vma(address);
    KnownVma original = world.vmaOrNull(events.value(i, Field.OTHER));
    MmState parent = task.forkParent();
    KnownMm mm = parent != null ? task.forkChild() : original == null ? null : original.mm();
    world.begin(Op.VM_AREA_DUP, task, parent != null ? parent : mm, vma).other(original);
    world.sample(events, i);
    world.emit();
    if (original != null) {
      world.unrecorded.copies(world.step(), original);
    }
    vma.allocate(world.now(), mm);
  }

  void startWrite(KnownTask task, EventBatch events, int i) {
    KnownVma vma = show(Op.VMA_START_WRITE, task, events, i);
    vma.showAgain();
    KnownMm mm = world.stepMm();
    task.startWrite().enter(vma, world.step().sample(), world.now());
    vma.startWrite(world.now());
    task.faultCall().startWrite(world.now());
    if (mm != null) {
      mm.startWrite(task);
    }
    world.sampled(vma);
  }

  void startedWrite(KnownTask task, EventBatch events, int i) {
    KnownVma vma = show(Op.VMA_START_WRITE_RET, task, events, i);
    if (task.startWrite().vma() != vma) {
      vma.showAgain();
    }
    KnownMm mm = world.stepMm();
    KnownSection section = task.sectionOf(mm);
    if (section != null && events.value(i, Field.RET) == 0) {
      vma.writeLock(world.now(), section);
    }
    world.sampled(vma);
    task.startWrite().close();
    if (mm != null) {
      mm.startedWrite(task);
    }
  }

  /** A detach begins, or its second wait. */
  void detaching(Op op, KnownTask task, EventBatch events, int i) {
    KnownVma vma = show(op, task, events, i);
    task.detach().enter(vma, world.step().sample(), world.now());
    if (op == Op.VMA_MARK_DETACHED) {
      vma.detaching(world.now());
    }
    world.sampled(vma);
  }

  /** The second wait of a detach is over (7.0 on). */
  void excluded(KnownTask task, EventBatch events, int i) {
    KnownVma vma = show(Op.VMA_EXCLUDE_READERS_FOR_DETACH_RET, task, events, i);
    task.detach().close();
    world.sampled(vma);
  }

  /** vma_mark_detached() returned (6.15 to 6.19). */
  void detached(KnownTask task, EventBatch events, int i) {
    KnownVma vma = show(Op.VMA_MARK_DETACHED_RET, task, events, i);
    task.detach().close();
    world.sampled(vma);
    vma.detach(world.now());
    KnownSection section = task.sectionOf(vma.mm());
    if (section != null) {
      section.detach(vma);
    }
  }

  /** vm_area_free(): back to the slab, or (to 6.14) queued for the end of the grace period. */
  void freed(KnownTask task, EventBatch events, int i) {
    KnownVma vma = show(Op.VM_AREA_FREE, task, events, i);
    world.sampled(vma);
    vma.free(world.now());
  }

  /** vm_area_free_rcu_cb() (to 6.14). It runs in softirq context, on behalf of no task. */
  void reallyFreed(KnownTask task, EventBatch events, int i) {
    show(Op.VM_AREA_FREE_RCU, task, events, i);
  }

  /** What an event probe read from what a tree gets: a VMA only where it names the mm that its task writes, for other trees hold other things. */
  void stored(KnownTask task, EventBatch events, int i) {
    if (task.writes(events.value(i, Field.MM)) != null) {
      seen(Op.STORED_VMA, task, events, i);
    }
  }

  private KnownVma show(Op op, KnownTask task, EventBatch events, int i) {
    KnownVma vma = world.vma(events.value(i, Field.VMA));
    Step step = world.begin(op, task, world.mmOf(vma, events, i), vma);
    world.sample(events, i);
    step.address(events.value(i, Field.ADDRESS));
    if (events.has(i, Field.START) && events.has(i, Field.END)) {
      step.range(events.value(i, Field.START), events.value(i, Field.END) - 1);
    }
    step.newBelow(events.value(i, Field.FLAG) != 0);
    step.other(world.vmaOrNull(events.value(i, Field.OTHER)));
    step.removed(world.vmaOrNull(events.value(i, Field.REMOVE)));
    if (events.has(i, Field.RET)) {
      step.ret(events.value(i, Field.RET));
    }
    world.emit();
    return vma;
  }

  /** expand_downwards(): a stack grows. */
  void expanded(KnownTask task, EventBatch events, int i) {
    seen(Op.EXPAND_DOWNWARDS, task, events, i);
    task.fault.wroteInside = true;
  }

  /** The capture ends, and a task that is asleep until readers have left a VMA has no end of that in it. */
  void stillWaiting(KnownTask task) {
    ReaderWait wait = task.asleepIn();
    VmaState vma = wait == null ? null : wait.vma();
    if (vma != null && vma.mm() != null) {
      int[] readers = {0};
      world.forEachTask(other -> readers[0] += other.mayRead(vma) ? 1 : 0);
      world.begin(Op.STILL_WAITS_FOR_READERS, task, vma.mm(), vma).readersLeft(readers[0]);
      world.emit();
    }
  }
}
