package io.vmatrace.checker.stats;

import io.vmatrace.checker.mm.FaultPath;
import io.vmatrace.checker.mm.Hold;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.SystemCall;
import io.vmatrace.checker.mm.TaskState;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.checker.reconstruct.StepSink;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.collections.impl.map.mutable.primitive.IntObjectHashMap;
import org.eclipse.collections.impl.map.mutable.primitive.LongLongHashMap;
import org.jspecify.annotations.Nullable;

/** Takes the times of what begins and ends in a capture. What an event is missing of is not counted. */
final class Collector implements StepSink {
  /** mms with figures of their own; those with the least in them are added up once they are gone. */
  static final int MOST_MMS = 64;

  /** Of mms that live no more have figures of their own: what comes after them is added up. */
  private static final int MOST_LIVING = 256;

  static final int DIGITS = 3;

  /** As many tasks are remembered. */
  private static final int MOST_TASKS = 1 << 14;

  /** Of how many tasks what was under way was given up, because there were too many. */
  long givenUp;

  private final IntObjectHashMap<Begun> tasks = new IntObjectHashMap<>();
  private final CaptureFigures all = new CaptureFigures(DIGITS);
  private final CaptureFigures others = new CaptureFigures(2);
  private final MmStats rest = new MmStats(0, others);
  private final Map<MmState, MmStats> mms = new LinkedHashMap<>();
  private final Map<Timed, Longest> longest = new EnumMap<>(Timed.class);
  private final LivingVmas living = new LivingVmas(mms);

  /** How long faults took whose path is not told yet, by their places. */
  private final LongLongHashMap handled = new LongLongHashMap();

  private final OtherCalls otherCalls = new OtherCalls(all);
  private long othersFolded;
  private @Nullable MmState last;
  private @Nullable MmStats lastStats;

  CaptureFigures all() {
    return all;
  }

  /** The mms that have figures of their own, in the order in which they were met. */
  Map<MmState, MmStats> mms() {
    return mms;
  }

  /** What was added up of the rest, and of how many. */
  CaptureFigures others() {
    return others;
  }

  long othersFolded() {
    return othersFolded;
  }

  /** The holds in system calls whose names are read at the end. */
  OtherCalls otherCalls() {
    return otherCalls;
  }

  /** The capture is over. */
  void finish() {
    living.next(0);
  }

  /** The longest waits and holds of each kind. */
  List<Longest.Stretch> longest() {
    return longest.values().stream().flatMap(of -> of.all().stream()).toList();
  }

  @Override
  public void accept(Step step) {
    living.next(step.moment().time());
    switch (step.op()) {
      case PAGE_FAULT -> faultBegins(step);
      case HANDLE_MM_FAULT_RET -> handled(step);
      case PAGE_FAULT_SERVED -> served(step);
      case SYSCALL_ENTER -> calls(step);
      case SYSCALL_EXIT -> returns(step);
      case VMA_START_READ -> sinceEntry(step, Timed.LOOK_UP_GRANTED, step.task().read().entered());
      case VMA_START_READ_REFUSED -> sinceEntry(step, Timed.LOOK_UP_REFUSED, step.task().read().entered());
      case MMAP_LOCK_START -> asks(step);
      case MMAP_LOCK_FAILED -> begun(step.task()).asked = -1;
      case MMAP_READ_LOCK -> acquires(step, Timed.READ_WAIT);
      case MMAP_WRITE_LOCK -> acquires(step, Timed.WRITE_WAIT);
      case MMAP_READ_UNLOCK, MMAP_WRITE_UNLOCK, MMAP_WRITE_DOWNGRADE -> releases(step);
      case VMA_START_WRITE -> writeLocks(step);
      case VMA_START_WRITE_RET -> writeLocked(step);
      case VMA_EXCLUDE_READERS_FOR_DETACH -> begun(step.task()).secondWait = step.moment().time();
      case VMA_EXCLUDE_READERS_FOR_DETACH_RET -> detached(step);
      case MAS_STORE -> stores(step);
      case MAS_ERASE -> clears(step);
      default -> {
        // nothing that lasts
      }
    }
  }

  @Override
  public void lost(long afterAt) {
    handled.clear();
    tasks.clear();
  }

  private Begun begun(TaskState task) {
    Begun begun = tasks.get(task.pid());
    if (begun == null) {
      if (tasks.size() >= MOST_TASKS) {
        forget();
      }
      begun = new Begun();
      tasks.put(task.pid(), begun);
    }
    return begun;
  }

  /** Where very many tasks have begun what never ends, all that is under way is given up: to look through them for each new one would take for ever. */
  private void forget() {
    tasks.removeIf((_, of) -> of.isNothing());
    if (tasks.size() > MOST_TASKS / 2) {
      givenUp += tasks.size();
      tasks.clear();
      handled.clear();
    }
  }

  private void time(@Nullable MmState mm, Timed what, long length) {
    all.time(what, length);
    figures(mm).time(what, length);
  }

  private void sinceEntry(Step step, Timed what, Moment entered) {
    if (entered.known()) {
      time(step.mm(), what, step.moment().time() - entered.time());
    }
  }

  private void calls(Step step) {
    Begun begun = begun(step.task());
    faultIsOver(begun);
    begun.callAt = step.systemCall().kind() == SystemCall.Kind.OTHER ? step.moment().at() : 0;
  }

  private void returns(Step step) {
    Begun begun = begun(step.task());
    faultIsOver(begun);
    begun.callAt = 0;
  }

  private void faultBegins(Step step) {
    Begun begun = begun(step.task());
    faultIsOver(begun);
    begun.faultAt = step.moment().at();
    begun.fault = step.moment().time();
    begun.handled = -1;
    begun.path = null;
  }

  private void faultIsOver(Begun begun) {
    if (begun.faultAt != 0 && begun.handled >= 0 && begun.path == null) {
      handled.put(begun.faultAt, begun.handled); // its path is told later
    }
    begun.faultAt = 0;
  }

  /** The last return of handle_mm_fault() ends a fault: of one whose path is told there is no other. */
  private void handled(Step step) {
    Begun begun = begun(step.task());
    if (begun.faultAt == 0 || begun.path != null && begun.handled >= 0) {
      return;
    }
    begun.handled = step.moment().time() - begun.fault;
    if (begun.path != null) {
      took(step, begun.path, begun.handled);
    }
  }

  private void served(Step step) {
    Begun begun = begun(step.task());
    FaultPath path = step.faultReason().path();
    if (begun.faultAt == step.faultAt()) {
      begun.path = path;
      took(step, path, begun.handled);
    } else {
      took(step, path, handled.getIfAbsent(step.faultAt(), -1));
      handled.remove(step.faultAt());
    }
  }

  private void took(Step step, FaultPath path, long length) {
    if (length >= 0 && path != FaultPath.UNRESOLVED) {
      time(step.mm(), path == FaultPath.VMA_LOCK ? Timed.FAULT_VMA_LOCK : Timed.FAULT_MMAP_LOCK, length);
    }
  }

  private void asks(Step step) {
    Begun begun = begun(step.task());
    MmState mm = step.mm();
    begun.asked = step.moment().time();
    begun.askedOf = mm;
    begun.holder = 0;
    Hold hold = mm == null || mm.holds().isEmpty() ? null : mm.holds().getFirst();
    if (hold != null && hold.task() != step.task()) {
      begun.holder = hold.task().pid();
      begun.holding = Caller.of(hold.task(), hold.mm(), begun(hold.task()).isInFault(hold.task()));
    }
  }

  private void acquires(Step step, Timed what) {
    Begun begun = begun(step.task());
    MmState mm = step.mm();
    if (begun.asked >= 0 && mm != null && begun.askedOf == mm) {
      long length = step.moment().time() - begun.asked;
      time(mm, what, length);
      note(step, what, length, begun);
    }
    begun.asked = -1;
  }

  private void releases(Step step) {
    MmState mm = step.mm();
    Hold hold = step.task().holdOf(mm);
    if (mm == null || hold == null) {
      return;
    }
    WriteSection section = hold.section();
    boolean write = section != null && section.isOpen();
    long length = step.moment().time() - hold.heldSince().time();
    Begun begun = begun(step.task());
    Caller caller = Caller.of(step.task(), mm, begun.isInFault(step.task()));
    all.held(write, caller, length);
    figures(mm).held(write, caller, length);
    if (caller == Caller.OTHER) {
      otherCalls.held(write, begun.callAt, length);
    }
    begun.holder = 0;
    note(step, write ? Timed.WRITE_HOLD : Timed.READ_HOLD, length, begun);
  }

  private void note(Step step, Timed what, long length, Begun begun) {
    Longest of = longest.computeIfAbsent(what, _ -> new Longest());
    MmState mm = step.mm();
    if (mm != null && of.admits(length)) {
      Caller caller = Caller.of(step.task(), mm, begun.isInFault(step.task()));
      of.add(new Longest.Stretch(what, length, step.moment().at(), step.task().pid(), mm.address(), caller, begun.holder, begun.holding));
    }
  }

  private void writeLocks(Step step) {
    Sample sample = step.sample();
    if (sample.hasRefcnt() && sample.refcnt() > 0) {
      boolean met = sample.isAttachedUnderReader();
      all.writeLock(met);
      figures(step.mm()).writeLock(met);
    }
  }

  private void writeLocked(Step step) {
    var call = step.task().startWrite();
    sinceEntry(step, Timed.START_WRITE, call.entered());
    if (call.entered().known()) {
      sinceEntry(step, Timed.READERS_LEAVE, call.slept());
    }
  }

  private void detached(Step step) {
    Begun begun = begun(step.task());
    if (begun.secondWait >= 0) {
      time(step.mm(), Timed.SECOND_WAIT, step.moment().time() - begun.secondWait);
      begun.secondWait = -1;
    }
  }

  private void stores(Step step) {
    all.stored();
    figures(step.mm()).stored();
    VmaState vma = step.vma();
    MmState mm = step.mm();
    if (vma != null && mm != null && vma.ranges() == 0) {
      living.grows(stats(mm));
    }
  }

  private void clears(Step step) {
    all.cleared();
    figures(step.mm()).cleared();
  }

  private CaptureFigures figures(@Nullable MmState mm) {
    return mm == null ? others : stats(mm).figures;
  }

  private MmStats stats(MmState mm) {
    MmStats found = mm == last && lastStats != null ? lastStats : mms.get(mm);
    if (found == null) {
      if (mms.size() >= MOST_LIVING) {
        return rest;
      }
      found = new MmStats(mm.address(), new CaptureFigures(2));
      mms.put(mm, found);
      living.watch(mm);
      fold();
    }
    last = mm;
    lastStats = found;
    return found;
  }

  /** Adds up the mm with the least in it, of those that have exited; where none has, all keep their own. */
  private void fold() {
    if (mms.size() <= MOST_MMS) {
      return;
    }
    mms.entrySet().stream()
        .filter(mm -> mm.getKey().isExited())
        .min(Comparator.comparingLong(mm -> mm.getValue().weight()))
        .ifPresent(mm -> {
          others.add(mm.getValue().figures);
          othersFolded++;
          mms.remove(mm.getKey());
          last = null;
        });
  }
}
