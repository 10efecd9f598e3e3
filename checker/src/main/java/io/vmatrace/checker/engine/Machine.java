package io.vmatrace.checker.engine;

import io.vmatrace.checker.protocol.StepId;
import io.vmatrace.checker.protocol.Variant;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.specs.ContentionEvents;
import io.vmatrace.parser.event.specs.SchedEvents;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All shared state: memory, mms, tasks. It runs under one variant of the protocol, one step of one task at a time. */
public final class Machine {
  /** Made-up addresses that look like the kernel's. */
  private static final long VMAS_FROM = 0xffff_8880_1000_0000L;

  private static final long MMS_FROM = 0xffff_8880_2000_0000L;
  private static final long VMA_BYTES = 256;
  private static final long MM_BYTES = 2048;

  public final Variant variant;
  final Rcu rcu = new Rcu();
  public final Oracle oracle = new Oracle(this);
  final Watch watch;
  private final ProbeSink probes;
  private final List<TaskStruct> tasks = new ArrayList<>();
  private final List<VmAreaStruct> vmas = new ArrayList<>();
  private final Deque<VmAreaStruct> freeVmas = new ArrayDeque<>();
  private int mms;

  public Machine(Variant variant, ProbeSink probes) {
    this(variant, probes, Watch.NONE);
  }

  public Machine(Variant variant, ProbeSink probes, Watch watch) {
    this.variant = variant;
    this.probes = probes;
    this.watch = watch;
  }

  List<TaskStruct> tasks() {
    return tasks;
  }

  public TaskStruct newTask(int pid) {
    TaskStruct task = new TaskStruct(this, pid, tasks.size());
    tasks.add(task);
    return task;
  }

  public MmStruct newMm() {
    return new MmStruct(MMS_FROM + MM_BYTES * mms++);
  }

  /** Every VMA that the slab ever allocated, also freed ones. */
  List<VmAreaStruct> vmas() {
    return vmas;
  }

  /** The slab allocates the memory that was freed last (vm_area_init(), mm/vma_init.c). */
  public VmAreaStruct allocateVma(MmStruct mm, long start, long end) {
    VmAreaStruct vma = freeVmas.poll();
    if (vma == null) {
      vma = new VmAreaStruct(VMAS_FROM + VMA_BYTES * vmas.size());
      vmas.add(vma);
    }
    vma.allocated = true;
    vma.mm = mm;
    vma.start = start;
    vma.end = end;
    vma.prot = 0;
    vma.anonVma = false;
    vma.lockSeq = VmAreaStruct.NO_SEQ;
    vma.refcnt = 0;
    vma.detached = false;
    return vma;
  }

  /** From 6.15 on the memory may be used again at once, before that after a grace period (vm_area_free(), mm/vma_init.c; kernel/fork.c). */
  void freeVma(VmAreaStruct vma) {
    oracle.frees(vma);
    vma.allocated = false;
    if (variant.isRefcounted()) {
      freeVmas.push(vma);
    } else {
      rcu.call(() -> freeVmas.push(vma));
    }
  }

  void wake(MmStruct mm) {
    oracle.isUsed(mm, "woken by a reader");
    Sleeper writer = mm.writerWait;
    if (writer != null) {
      writer.wake();
    }
  }

  /** A task goes to sleep: in a rw_semaphore, which says so first (kernel/locking/rwsem.c rwsem_down_write_slowpath()), or as rcuwait does. */
  void sleeps(Frame frame, Program.Step step) {
    if (step.id().takesRwSemaphore()) {
      event(frame, ContentionEvents.CONTENTION_BEGIN, null, step.id() == StepId.DOWN_READ ? ContentionEvents.READ : ContentionEvents.WRITE, 0);
    }
    event(frame, SchedEvents.SCHED_SWITCH, null, 'D', 0);
  }

  void event(Frame frame, EventKind kind, long first, long second) {
    event(frame, kind, frame.vma, first, second);
  }

  void event(Frame frame, EventKind kind, @Nullable VmAreaStruct vma, long first, long second) {
    probes.event(new ProbeSink.Hit(frame.task, kind, frame.mm, vma, first, second));
  }
}
