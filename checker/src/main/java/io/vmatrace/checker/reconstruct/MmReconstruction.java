package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.FaultReason;
import io.vmatrace.checker.mm.FaultTally;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.OpPair;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Op;
import io.vmatrace.parser.event.specs.ContentionEvents;
import io.vmatrace.parser.event.specs.EventKinds;
import io.vmatrace.parser.event.specs.FaultEvents;
import io.vmatrace.parser.event.specs.LookUpEvents;
import io.vmatrace.parser.event.specs.MarkerEvents;
import io.vmatrace.parser.event.specs.MemoryEvents;
import io.vmatrace.parser.event.specs.MmEvents;
import io.vmatrace.parser.event.specs.MmapLockEvents;
import io.vmatrace.parser.event.specs.PageFaultEvents;
import io.vmatrace.parser.event.specs.SchedEvents;
import io.vmatrace.parser.event.specs.VmaEvents;
import io.vmatrace.parser.event.specs.WriteLockEvents;
import io.vmatrace.parser.input.Preamble;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Events in the capture's order to steps. Everything begins unknown and becomes known by evidence; a loss makes everything
 * unknown again.
 */
public final class MmReconstruction {
  private final StepSink sink;
  private final World world;
  private final Faults faults;
  private final Locks locks;
  private final Vmas vmas;
  private final Losses losses;
  private final Handlers handlers;
  private final Tears tears;
  private final Witness witness = new Witness();
  private final Pointers pointers = new Pointers();

  private List<UnmarkedLoss> unmarkedLosses = List.of();
  private Set<Op> promised = Set.of();

  public MmReconstruction(StepSink sink) {
    this(sink, Room.USUAL_BYTES);
  }

  /** @param bytes about how much memory all that is known may take, more than 0 */
  public MmReconstruction(StepSink sink, long bytes) {
    this.sink = sink;
    world = new World(sink, new Room(bytes));
    faults = new Faults(world);
    Trees trees = new Trees(world, faults.locks());
    locks = new Locks(world, trees, faults.locks());
    vmas = new Vmas(world);
    losses = new Losses(world);
    handlers = new Handlers(world, faults, locks, trees, vmas);
    tears = new Tears(world, handlers.syscalls());
  }

  /** Applies a batch, which must follow the one before it in the capture. */
  public void apply(EventBatch events) {
    for (int i = 0, n = events.size(); i < n; i++) {
      apply(events, i);
    }
  }

  /** What the capture says of itself before its events; to be called before the first of them is applied. */
  public void begin(Preamble preamble) {
    faults.locks().recorded(preamble.events());
    handlers.syscalls().architecture(preamble.architecture());
    promised = EventKinds.shownBy(preamble.events());
  }

  /** What would show if it happened: the capture says that its events were recorded from its beginning on. A filter may hide some no less. */
  public Set<Op> promised() {
    return promised;
  }

  /** The capture is over: faults still in flight are counted, and tasks that were made and never seen are taken for losses. */
  public void finish() {
    losses.finish();
    unmarkedLosses = losses.unmarked();
    if (world.silentSince() < Long.MAX_VALUE) {
      sink.lost(world.silentSince());
    }
    tears.finish();
    boolean torn = tears.areEverywhere(losses.events());
    if (tears.areSome()) {
      sink.lost(0);
    }
    long endsWithin = losses.endsWithin();
    world.forEachTask(vmas::stillWaiting);
    world.forEachTask(locks::stillWaiting);
    world.cutOffFaults();
    world.faultCounts().lookUps().finish();
    if (torn || !unmarkedLosses.isEmpty() && Tears.areMany(world.contradictions().spans().size(), losses.events())) {
      faults.absencesProveNothing();
    }
    if (endsWithin < Long.MAX_VALUE) {
      sink.endsWithin(endsWithin);
    }
    world.unrecorded.facts().forEach(sink::unrecorded);
    sink.end();
  }

  /** The capture is what a kernel wrote to its console: no CPU's buffer is cut off. Call it before the first event. */
  public void buffersDumped() {
    losses.dumped();
  }

  /** The capture says that nothing was overwritten in its buffers, and how many events are in it; -1 where it does not say. Call it before the first event. */
  public void nothingOverwritten(long events) {
    losses.nothingOverwritten(events);
  }

  /** The capture says that its buffers ran over: what a CPU did before its first event is gone. Call it before the first event. */
  public void buffersOverran() {
    losses.overran();
  }

  /** Events of a CPU that are missing though nothing says so: without them the capture contradicts itself. */
  public List<UnmarkedLoss> unmarkedLosses() {
    return unmarkedLosses;
  }

  /** Where the capture shows that events are missing. */
  public long tears() {
    return tears.count();
  }

  /** What shows that at the first of those places. */
  public String firstTorn() {
    return tears.what();
  }

  /** After which place of the capture that is. */
  public long firstTornSince() {
    return tears.firstSince();
  }

  /** How often the capture has shown each op; those that it never showed are left out. */
  public Map<Op, Long> witnessed() {
    return world.shown().ops();
  }

  /** The pairs of ops of which some task showed one side only, as if the other one was filtered. */
  public Set<OpPair> oneSided() {
    return world.oneSided();
  }

  /** The fields that probes have read. */
  public Set<Field> fieldsRead() {
    return world.shown().fields();
  }

  /** The addresses of mms of whose mmap_lock no acquisition or no release was recorded. */
  public Set<Long> mmsWithoutLock() {
    return world.figures().mmsWithoutLock();
  }

  /** What kinds of evidence the capture has shown. */
  public Witness witness() {
    return witness;
  }

  /** How often an event was older than the one before it in the capture. */
  public long timeWentBack() {
    return losses.timeWentBack();
  }

  /** Where in the capture that was so first. */
  public long wentBackAt() {
    return losses.wentBackAt();
  }

  /** How many CPUs had events. */
  public int cpusSeen() {
    return losses.cpusSeen();
  }

  /**
   * How many begins of calls and holds, or ends, are missing where the task may have been on another CPU: in a whole capture there are none.
   *
   * @param withHolds whether acquisitions are recorded as releases are; else holds have no begins anyway
   */
  public long unpairedEvents(boolean withHolds) {
    return handlers.syscalls().unpaired() + tears.elsewhere() + (withHolds ? locks.unpairedReleases() : 0);
  }

  /** Events that were left out because their pointers are raw while those of the tracepoints are hashed ({@link Pointers}). */
  public long leftOut() {
    return pointers.leftOut();
  }

  public FaultTally faults() {
    return world.faultCounts().tally();
  }

  public Map<FaultReason, Long> faultReasons() {
    return world.faultCounts().reasons();
  }

  /** Calls back for each mm that was met, in the order in which they were met, at most {@value World#MOST_MMS}. */
  public void forEachMm(MmVisitor visitor) {
    world.figures().forEach(visitor::visit);
  }

  /** Receives each mm and the pids that ran in it, ascending. */
  public interface MmVisitor {
    void visit(MmState mm, int[] tasks);
  }

  /** What had to be forgotten for want of memory. */
  public Room room() {
    return world.room;
  }

  /** Applies the i-th event of a batch, which must follow the one before it in the capture. */
  public void apply(EventBatch events, int i) {
    if (world.isFull()) {
      world.makeRoom();
    }
    EventKind kind = events.kind(i);
    int cpu = events.cpu(i);
    long earliest = events.isTimeLatest(i) ? losses.lastTimeOf(cpu) : events.time(i);
    world.now().set(events.at(i), earliest, events.time(i), cpu);
    if (kind == MarkerEvents.DIED_IN_FAULT) {
      faults.died(world.task(events.task(i)));
      return;
    }
    if (kind.source() == EventKind.Source.MARKER) {
      tears.marker();
      losses.marker(kind, events, i);
      return;
    }
    losses.event(cpu, events.at(i), events.time(i));
    boolean mixed = pointers.isMixed();
    if (pointers.isForeign(kind, events, i)) {
      if (!mixed) {
        world.forget();
      }
      return;
    }
    if (mixed != pointers.isMixed()) {
      world.forget();
    }
    KnownTask task = world.task(events.task(i));
    if (events.inInterrupt(i)) {
      inInterrupt(task, kind, events, i);
      return;
    }
    if (kind == PageFaultEvents.PAGE_FAULT_KERNEL && events.isAtomic(i)) {
      return; // no fault of the program: the tracer reads the user's stack, and faulthandler_disabled() (arch/x86/mm/fault.c)
    }
    long tornSince = tears.since(task, kind, events, i);
    if (tornSince >= 0) {
      world.lost(tornSince);
      task = world.task(events.task(i));
    }
    if (!task.seen.see(world.now())) {
      faults.cutOff(task);
      task.forget();
    }
    if (!RunningTasks.isWaiting(kind)) {
      task.actedAt = events.at(i);
    }
    witness.see(kind, events, i);
    closeWhatThisEnds(task, kind);
    handlers.handle(task, kind, events, i);
  }

  /** An interrupt borrows the pid of the task that it interrupted (R114): only what it does to locks matters. */
  private void inInterrupt(KnownTask task, EventKind kind, EventBatch events, int i) {
    if (kind == MmapLockEvents.MMAP_LOCK_RELEASED) {
      locks.releasedBySomebody(world.mm(events.value(i, Field.MM)), events.value(i, Field.WRITE) != 0);
    } else if (kind == VmaEvents.VM_AREA_FREE_RCU_CB) {
      vmas.reallyFreed(task, events, i);
    }
  }

  /** A look-up, a read lock outside a fault and a __vma_start_write() are over when the task is seen doing something else. */
  private static void closeWhatThisEnds(KnownTask task, EventKind kind) {
    if (task.read().mm() == null && task.startWrite().vma() == null && task.detach().vma() == null
        || kind == SchedEvents.SCHED_SWITCH
        || kind == ContentionEvents.CONTENTION_BEGIN
        || kind == ContentionEvents.CONTENTION_END
        || kind == MemoryEvents.KMEM_CACHE_FREE
        || kind == MmEvents.RCUWAIT_WAKE_UP) {
      return;
    }
    boolean looking = task.read().entered().known() && !task.read().granted().known();
    if (looking && kind != LookUpEvents.LOCK_VMA_UNDER_RCU_RET
        || task.read().granted().known() && !task.faultCall().entered().known() && kind != FaultEvents.HANDLE_MM_FAULT) {
      task.read().close();
    }
    if (task.startWrite().entered().known()
        && kind != WriteLockEvents.VMA_START_WRITE_RET
        && kind != WriteLockEvents.VMA_START_EXCLUDE_READERS) {
      task.startWrite().close();
    }
    if (kind != WriteLockEvents.VMA_MARK_DETACHED_RET
        && kind != WriteLockEvents.VMA_EXCLUDE_READERS_FOR_DETACH_RET
        && kind != WriteLockEvents.VMA_START_EXCLUDE_READERS) {
      task.detach().close();
    }
  }
}
