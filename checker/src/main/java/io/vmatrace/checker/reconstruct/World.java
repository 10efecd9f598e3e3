package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.FaultPath;
import io.vmatrace.checker.mm.FaultReason;
import io.vmatrace.checker.mm.FaultTally;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.StartWrite;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Op;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.collections.impl.map.mutable.primitive.IntObjectHashMap;
import org.eclipse.collections.impl.map.mutable.primitive.LongObjectHashMap;
import org.eclipse.collections.impl.set.mutable.primitive.IntHashSet;
import org.jspecify.annotations.Nullable;

/** All tasks, mms and VMAs that are known, the step in the making, and the counts that a report wants. */
final class World {
  /** mms with figures of their own in a report; what comes after them is still checked and counted in the totals. */
  static final int MOST_MMS = 10_000;

  /** What a report says of one mm. */
  record MmFigures(MmState mm, IntHashSet tasks) {}

  private final StepSink sink;
  private final Step step = new Step();
  private final IntObjectHashMap<TaskContext> tasks = new IntObjectHashMap<>();
  private final LongObjectHashMap<MmState> mms = new LongObjectHashMap<>();
  private final LongObjectHashMap<VmaState> vmas = new LongObjectHashMap<>();
  private final List<MmFigures> figures = new ArrayList<>();
  private final Map<MmState, MmFigures> figuresOf = new HashMap<>();
  private final boolean[] witnessed = new boolean[Op.values().length];
  private final FaultTally faults = new FaultTally();
  private long unpaired;
  private long silentSince = Long.MAX_VALUE;
  private final long[] reasons = new long[FaultReason.values().length];

  /** The task and the mm that were asked for last: the next event is mostly of the same. */
  private @Nullable TaskContext lastTask;

  private @Nullable MmState lastMm;

  World(StepSink sink) {
    this.sink = sink;
  }

  /** The moment of the event in hand. */
  Moment now() {
    return step.moment();
  }

  TaskContext task(int pid) {
    TaskContext last = lastTask;
    return last != null && last.state.pid() == pid ? last : otherTask(pid);
  }

  private TaskContext otherTask(int pid) {
    TaskContext task = tasks.get(pid);
    if (task == null) {
      task = new TaskContext(pid);
      tasks.put(pid, task);
    }
    lastTask = task;
    return task;
  }

  /** A task that has just been made: whoever had the pid before is gone. */
  TaskContext newTask(int pid) {
    TaskContext before = tasks.get(pid);
    if (before != null && before.isSilent()) {
      silentSince = Math.min(silentSince, before.bornAt);
    }
    TaskContext task = new TaskContext(pid);
    task.state.inUserMode();
    tasks.put(pid, task);
    lastTask = task;
    return task;
  }

  void taskGone(int pid) {
    tasks.remove(pid);
    forgetLast();
  }

  private void forgetLast() {
    lastTask = null;
    lastMm = null;
  }

  /** The mm at an address: the one that lives there now. */
  MmState mm(long address) {
    MmState last = lastMm;
    return last != null && last.address() == address && !last.isExited() ? last : otherMm(address);
  }

  private MmState otherMm(long address) {
    MmState mm = mms.get(address);
    if (mm == null || mm.isExited() && mm.holds().isEmpty()) {
      return put(new MmState(address));
    }
    lastMm = mm;
    return mm;
  }

  /** The mm at an address, which was made just now (exec, fork): its tree is empty, and known to be. */
  MmState newMm(long address) {
    MmState mm = mms.get(address);
    if (mm == null || mm.isExited() || mm.sectionsBegun() > 0) {
      mm = put(new MmState(address));
    }
    mm.tree().becomeEmpty(now().at());
    return mm;
  }

  /** The mm that was last at an address, also when it is gone; null when none was seen there. */
  @Nullable MmState lastMmAt(long address) {
    return mms.get(address);
  }

  private MmState put(MmState mm) {
    mms.put(mm.address(), mm);
    lastMm = mm;
    if (figures.size() < MOST_MMS) {
      MmFigures of = new MmFigures(mm, new IntHashSet());
      figures.add(of);
      figuresOf.put(mm, of);
    }
    return mm;
  }

  VmaState vma(long address) {
    VmaState vma = vmas.get(address);
    if (vma == null) {
      vma = new VmaState(address);
      vmas.put(address, vma);
    }
    return vma;
  }

  @Nullable VmaState vmaOrNull(long address) {
    return address == 0 ? null : vma(address);
  }

  /** Notes that a task runs in an mm. */
  void bind(TaskContext task, MmState mm) {
    if (task.state.mm() != mm) {
      task.state.runsIn(mm);
      MmFigures of = figuresOf.get(mm);
      if (of != null) {
        of.tasks().add(task.state.pid());
      }
    }
  }

  /** The step in the making. */
  Step step() {
    return step;
  }

  Step begin(Op op, TaskContext task, @Nullable MmState mm, @Nullable VmaState vma) {
    return step.begin(op, task.state, mm, vma);
  }

  /** Fills the step's sample from the event. */
  Sample sample(EventBatch events, int i) {
    Sample sample = step.sample();
    if (events.has(i, Field.REFCNT)) {
      sample.refcnt((int) events.value(i, Field.REFCNT));
    }
    if (events.has(i, Field.LOCK_SEQ)) {
      sample.lockSeq((int) events.value(i, Field.LOCK_SEQ));
    }
    if (events.has(i, Field.MM_SEQ)) {
      sample.mmSeq((int) events.value(i, Field.MM_SEQ));
    }
    if (events.has(i, Field.DETACHED)) {
      sample.detached(events.value(i, Field.DETACHED) != 0);
    }
    if (events.has(i, Field.START) && events.has(i, Field.END)) {
      sample.range(events.value(i, Field.START), events.value(i, Field.END));
    }
    return sample;
  }

  /**
   * The mm of a VMA: what the probe read, else what is known of it, else null. One that was freed and is here again is another, made
   * unseen.
   */
  @Nullable MmState mmOf(@Nullable VmaState vma, EventBatch events, int i) {
    if (events.has(i, Field.MM)) {
      return mm(events.value(i, Field.MM));
    }
    return vma == null || vma.life() == VmaState.Life.FREED ? null : vma.mm();
  }

  /** Takes over what the step's sample says of its VMA, after the rules have seen it. */
  void sampled(VmaState vma) {
    MmState mm = step.mm();
    if (mm != null) {
      vma.belongsTo(mm);
    }
    Sample sample = step.sample();
    if (sample.hasLockSeq() && seesNewVmas()) {
      vma.lockSeqSeen(sample.lockSeq());
    }
    if (mm != null && sample.hasMmSeq() && step.task().sectionOf(mm) != null) {
      if (sample.hasRefcnt() && unseenSections(mm, sample.mmSeq())) {
        sink.lost(mm.mmSeqSeen().at());
        forget();
      }
      mm.mmSeqSeen(sample.mmSeq(), step.moment());
    }
  }

  /** Whether a VMA that takes another's address cannot do so unseen: both ways to make one have been recorded. */
  private boolean seesNewVmas() {
    return hasWitnessed(Op.VM_AREA_ALLOC) && hasWitnessed(Op.VM_AREA_DUP);
  }

  /**
   * Whether mm_lock_seq has advanced by more than the write sections that were seen: then tasks that are not traced, or CPUs that
   * are not in the capture, change this mm too.
   */
  private static boolean unseenSections(MmState mm, int mmSeq) {
    return mm.isMmSeqKnown() && mmSeq - mm.mmSeq() > 2 * (mm.sectionsBegun() - mm.mmSeqSections());
  }

  /** Shows the step to the rules. */
  void emit() {
    witnessed[step.op().ordinal()] = true;
    sink.accept(step);
  }

  /** A fault is over, or given up. */
  void count(TaskContext task, FaultReason reason) {
    Fault fault = task.fault;
    Step served = begin(Op.PAGE_FAULT_SERVED, task, fault.mm, null);
    served.address(fault.address);
    served.flags(reason.ordinal());
    emit();
    FaultPath path = reason.path();
    faults.add(path);
    reasons[reason.ordinal()]++;
    MmState mm = fault.mm;
    if (mm != null) {
      mm.faults().add(path);
    }
    fault.open = false;
  }

  /** Faults in flight have no end in the capture. */
  void cutOffFaults() {
    for (TaskContext task : tasks) {
      if (task.fault.open) {
        count(task, FaultReason.CUT_OFF);
      }
    }
  }

  /** Tasks that are asleep until readers have left a VMA have no end of that in the capture. */
  void stillWaiting() {
    for (TaskContext task : tasks) {
      StartWrite wait = task.state.asleepIn();
      VmaState vma = wait == null ? null : wait.vma();
      if (vma != null && vma.mm() != null) {
        begin(Op.STILL_WAITS_FOR_READERS, task, vma.mm(), vma).flags(tasks.count(other -> other.state.mayRead(vma)));
        emit();
      }
    }
  }

  /** Nothing is known any more but what has been counted. */
  void forget() {
    cutOffFaults();
    tasks.clear();
    forgetLast();
    vmas.clear();
    mms.forEachValue(MmState::forget);
  }

  /** An end without its begin, of a task whose begin should have been seen: events of it are missing. */
  void unpaired() {
    unpaired++;
  }

  /** Since where in the capture a task runs of which nothing is seen; Long.MAX_VALUE when there is none. */
  long silentSince() {
    long since = silentSince;
    for (TaskContext task : tasks) {
      since = task.isSilent() ? Math.min(since, task.bornAt) : since;
    }
    return since;
  }

  /** How many of those there were. */
  long unpairedEvents() {
    return unpaired;
  }

  boolean hasWitnessed(Op op) {
    return witnessed[op.ordinal()];
  }

  Set<Op> witnessed() {
    Set<Op> ops = EnumSet.noneOf(Op.class);
    for (Op op : Op.values()) {
      if (hasWitnessed(op)) {
        ops.add(op);
      }
    }
    return ops;
  }

  FaultTally faults() {
    return faults;
  }

  /** How many faults went each way; ways that none went are left out. */
  Map<FaultReason, Long> reasons() {
    Map<FaultReason, Long> counts = new EnumMap<>(FaultReason.class);
    for (FaultReason reason : FaultReason.values()) {
      if (reasons[reason.ordinal()] > 0) {
        counts.put(reason, reasons[reason.ordinal()]);
      }
    }
    return counts;
  }

  List<MmFigures> figures() {
    return figures;
  }
}
