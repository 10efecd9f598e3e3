package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.OpPair;
import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Op;
import io.vmatrace.parser.event.specs.EventKinds;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import org.eclipse.collections.impl.map.mutable.primitive.IntObjectHashMap;
import org.eclipse.collections.impl.map.mutable.primitive.LongObjectHashMap;
import org.jspecify.annotations.Nullable;

/** All tasks, mms and VMAs that are known, the step in the making, and the counts that a report wants. */
final class World {
  /** What probes read, by the ordinal of the event's kind. */
  private static final Field[][] SAMPLED = sampled();

  private final StepSink sink;
  private final Step step = new Step();
  private final IntObjectHashMap<KnownTask> tasks = new IntObjectHashMap<>();
  private final LongObjectHashMap<KnownMm> mms = new LongObjectHashMap<>();
  private final LongObjectHashMap<KnownVma> vmas = new LongObjectHashMap<>();
  private final MmFigures figures = new MmFigures();
  private final Shown shown = new Shown();
  private final CpuSwitches switches = new CpuSwitches();
  final ClockSkews clocks = new ClockSkews();
  private final Contradictions contradictions = new Contradictions(switches);
  final Unrecorded unrecorded = new Unrecorded();
  private final FaultCounts faultCounts;
  final Room room;
  private final EnumSet<OpPair> oneSided = EnumSet.noneOf(OpPair.class);

  /** Whether more tasks, mms or VMAs are known since it was asked last whether that is too many. */
  private boolean grown;

  private long silentSince = Long.MAX_VALUE;

  /** The task, the mm and the VMA that were asked for last: the next event is mostly of the same. */
  private @Nullable KnownTask lastTask;

  private @Nullable KnownMm lastMm;

  private @Nullable KnownVma lastVma;

  World(StepSink sink, Room room) {
    this.sink = sink;
    this.room = room;
    faultCounts = new FaultCounts(this, sink.wantsServedFaults());
  }

  /** The moment of the event in hand. */
  Moment now() {
    return step.moment();
  }

  KnownTask task(int pid) {
    KnownTask last = lastTask;
    return last != null && last.pid() == pid ? last : otherTask(pid);
  }

  /** The task with a pid, or null where none is known. */
  @Nullable KnownTask knownTask(int pid) {
    return tasks.get(pid);
  }

  private KnownTask otherTask(int pid) {
    KnownTask task = tasks.get(pid);
    if (task == null) {
      task = new KnownTask(pid);
      tasks.put(pid, task);
      grown = true;
    }
    lastTask = task;
    return task;
  }

  /**
   * A task that has just been made: the one that had the pid before is gone, unless it is this one and the clock does not tell that it began
   * after this.
   */
  KnownTask newTask(int pid) {
    KnownTask before = tasks.get(pid);
    if (before != null && before.seen.isElsewhereAt(now())) {
      faultCounts.cutOff(before);
      before.forget();
      return before;
    }
    if (before != null && before.isSilent()) {
      silentSince = Math.min(silentSince, before.bornAt);
    }
    taskGone(pid);
    KnownTask task = new KnownTask(pid);
    task.inUserMode();
    task.inUserModeAt().set(now());
    tasks.put(pid, task);
    grown = true;
    lastTask = task;
    return task;
  }

  void taskGone(int pid) {
    KnownTask gone = tasks.remove(pid);
    if (gone != null) {
      end(gone);
    }
    forgetLast();
  }

  private void end(KnownTask gone) {
    faultCounts.cutOff(gone);
    gone.pairs.addOneSided(oneSided);
    gone.forget();
  }

  private void forgetLast() {
    lastTask = null;
    lastMm = null;
    lastVma = null;
  }

  /** The mm at an address: the one that lives there now. */
  KnownMm mm(long address) {
    KnownMm last = lastMm;
    return last != null && last.address() == address && !last.isExited() ? last : otherMm(address);
  }

  private KnownMm otherMm(long address) {
    KnownMm mm = mms.get(address);
    if (mm == null || mm.isExited() && mm.holds().isEmpty()) {
      return put(new KnownMm(address, mm));
    }
    lastMm = mm;
    return mm;
  }

  /** The mm at an address, which was made just now (exec, fork): its tree is empty, and known to be. */
  KnownMm newMm(long address) {
    KnownMm mm = mms.get(address);
    if (mm == null || mm.isExited() || mm.sectionsBegun() > 0) {
      mm = put(new KnownMm(address, mm));
    }
    mm.tree().becomeEmpty(now().at());
    return mm;
  }

  /** The mm that was last at an address, also when it is gone; null when none was seen there. */
  @Nullable KnownMm lastMmAt(long address) {
    return mms.get(address);
  }

  private KnownMm put(KnownMm mm) {
    mms.put(mm.address(), mm);
    grown = true;
    lastMm = mm;
    figures.met(mm);
    return mm;
  }

  KnownVma vma(long address) {
    KnownVma last = lastVma;
    return last != null && last.address() == address ? last : otherVma(address);
  }

  private KnownVma otherVma(long address) {
    KnownVma vma = vmas.get(address);
    if (vma == null) {
      vma = new KnownVma(address);
      vmas.put(address, vma);
      grown = true;
    }
    lastVma = vma;
    return vma;
  }

  @Nullable KnownVma vmaOrNull(long address) {
    return address == 0 ? null : vma(address);
  }

  /** Notes that a task runs in an mm. */
  void bind(KnownTask task, KnownMm mm) {
    if (task.mm() != mm) {
      task.runsIn(mm);
      figures.ran(task, mm);
    }
  }

  /** The mm of the step in the making. */
  @Nullable KnownMm stepMm() {
    return (KnownMm) step.mm();
  }

  /** The step in the making. */
  Step step() {
    return step;
  }

  Step begin(Op op, KnownTask task, @Nullable MmState mm, @Nullable VmaState vma) {
    return step.begin(op, task, mm, vma);
  }

  private static Field[][] sampled() {
    Field[][] sampled = new Field[EventKinds.count()][];
    EventKinds.all().forEach(kind -> sampled[kind.ordinal()] = kind.sampled().toArray(new Field[0]));
    return sampled;
  }

  /** Fills the step's sample from the event. */
  Sample sample(EventBatch events, int i) {
    Sample sample = step.sample();
    for (Field field : SAMPLED[events.kind(i).ordinal()]) {
      if (events.has(i, field)) {
        sample.put(field, events.value(i, field));
      }
    }
    shown.addFields(sample.fields());
    return sample;
  }

  /**
   * The mm of a VMA: what the probe read, else what is known of it, else null. One that was freed and is here again is another, made
   * unseen.
   */
  @Nullable KnownMm mmOf(@Nullable KnownVma vma, EventBatch events, int i) {
    if (events.has(i, Field.MM)) {
      return mm(events.value(i, Field.MM));
    }
    return vma == null || vma.life() == VmaState.Life.FREED ? null : vma.mm();
  }

  /** Takes over what the step's sample says of its VMA, after the rules have seen it. */
  void sampled(KnownVma vma) {
    unrecorded.see(step, vma);
    KnownMm mm = stepMm();
    if (mm != null) {
      vma.belongsTo(mm);
      vma.lockSeqRead(step, mm, clocks);
      MmSeqs.take(step, mm, this);
    }
  }

  /** Shows the step to the rules. */
  void emit() {
    shown.add(step.op());
    KnownTask task = (KnownTask) step.task();
    task.pairs.add(step.op());
    sink.accept(step);
    KnownSection.shown(step, task);
  }

  /** The switches between tasks. */
  CpuSwitches switches() {
    return switches;
  }

  /** Holds that the capture contradicts. */
  Contradictions contradictions() {
    return contradictions;
  }

  void forEachTask(Consumer<KnownTask> action) {
    for (KnownTask task : tasks) {
      action.accept(task);
    }
  }

  /** Faults in flight have no end in the capture, and what would resolve the others does not come. */
  void cutOffFaults() {
    for (KnownTask task : tasks) {
      faultCounts.cutOff(task);
    }
  }

  /** Events may be missing after a place. */
  void lost(long afterAt) {
    sink.lost(afterAt);
    forget();
  }

  /** Nothing is known any more but what has been counted. */
  void forget() {
    cutOffFaults();
    tasks.clear();
    forgetLast();
    vmas.clear();
    mms.forEachValue(KnownMm::forget);
  }

  /** Whether so much is known that memory becomes short: of tasks and mms whose end was not recorded, for example. */
  boolean isFull() {
    if (!grown) {
      return false;
    }
    grown = false;
    return room.isFull(tasks.size(), mms.size(), vmas.size());
  }

  /** Makes room: what was idle the longest is known no more; where that is too little, nothing but what has been counted, not even which mms there are. */
  void makeRoom() {
    forgetLast();
    new Idle(tasks, mms, vmas).forget(this::end);
    boolean all = room.isNearlyFull(tasks.size(), mms.size(), vmas.size());
    if (all) {
      forget();
      mms.clear();
    }
    room.makeAt(now().at(), all);
  }

  /** Since where in the capture a task runs of which nothing is seen; Long.MAX_VALUE when there is none. */
  long silentSince() {
    long since = silentSince;
    for (KnownTask task : tasks) {
      since = task.isSilent() ? Math.min(since, task.bornAt) : since;
    }
    return since;
  }

  /** What the capture has shown. */
  Shown shown() {
    return shown;
  }

  /** The pairs of ops of which some task showed one side only, as if the other one was filtered. */
  Set<OpPair> oneSided() {
    for (KnownTask task : tasks) {
      task.pairs.addOneSided(oneSided);
    }
    return oneSided;
  }

  FaultCounts faultCounts() {
    return faultCounts;
  }

  MmFigures figures() {
    return figures;
  }
}
