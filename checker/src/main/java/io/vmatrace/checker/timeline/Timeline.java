package io.vmatrace.checker.timeline;

import io.vmatrace.checker.events.TimeWindow;
import io.vmatrace.checker.mm.FaultReason;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.TaskState;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.reconstruct.StepSink;
import io.vmatrace.checker.timeline.TraceEvents.Label;
import io.vmatrace.checker.timeline.TraceEvents.Track;
import io.vmatrace.checker.timeline.Tracks.Lane;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventDescriber;
import io.vmatrace.parser.event.Op;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The steps of one capture as slices: written when they end, so that only what is open is kept. What begins before the capture is
 * not shown; what has no end in it, or whose end events that are missing may hide, ends where that is known, and says so.
 */
final class Timeline implements StepSink {
  private static final String NOT_SEEN = "not seen";

  /** A task's hold of an mm's mmap_lock, and the VMAs that it has write-locked in it. */
  private record Hold(long begin, boolean write, boolean downgraded, List<WriteLock> locks) {}

  private record WriteLock(VmaState vma, long begin, Map<String, Object> arguments) {}

  /** A page fault that is not reported yet; its path may be told after the task had others. */
  private record Fault(TaskState task, long begin, boolean user) {}

  private record Span(long begin, long end) {}

  /** A look-up that has not returned. */
  private record LookUp(MmState mm, long begin, long address) {}

  private record Holder(MmState mm, TaskState task) {
    Place place() {
      return new Place(mm, task.pid());
    }
  }

  /** The mm and the task that a slice is of. */
  private record Place(@Nullable MmState mm, int pid) {}

  private final TraceEvents out;
  private final Tracks tracks;
  private final VmaLives vmas;
  private final TimeWindow window;
  private final BiPredicate<@Nullable MmState, Integer> wanted;
  private final EventDescriber describer;
  private final Map<Holder, Hold> holds = new LinkedHashMap<>();
  /** By their places in the capture. */
  private final Map<Long, Fault> faults = new LinkedHashMap<>();
  private final Map<TaskState, Long> startWrites = new LinkedHashMap<>();
  private final Map<TaskState, LookUp> lookUps = new LinkedHashMap<>();
  private final RefcntCounters counters;
  private final List<VmaState> departed = new ArrayList<>();
  private @Nullable EventBatch events;
  private int index;
  private boolean begun;
  private boolean over;
  private long time;

  /**
   * @param wanted whether slices of an mm and a task are; pid -1 stands for all tasks
   * @param tracks those of the capture, without any process yet
   */
  Timeline(TraceEvents out, TimeWindow window, BiPredicate<@Nullable MmState, Integer> wanted, EventDescriber describer, Tracks tracks) {
    this.out = out;
    this.window = window;
    this.wanted = wanted;
    this.describer = describer;
    this.tracks = tracks;
    tracks.watch(departed);
    vmas = new VmaLives(out, tracks, window, wanted);
    counters = new RefcntCounters(out, tracks, window, wanted);
  }

  /** The number of the process that was made last. */
  int lastProcess() {
    return tracks.last();
  }

  /** The event that is about to be applied. */
  void reach(EventBatch batch, int i, boolean timed) {
    events = batch;
    index = i;
    if (timed) {
      time = batch.time(i);
      begun = true;
    }
  }

  /** The event has been applied: VMAs that are in no tree any more have left it with this event. */
  void settle() {
    if (!departed.isEmpty()) {
      departed.stream().filter(vma -> vma.ranges() == 0).forEach(vma -> vmas.departs(vma, time, Map.of("end", "left the tree")));
      departed.clear();
    }
  }

  /** The capture is over. */
  void finish() {
    endAll("after the capture");
  }

  /** The wanted time is over: nothing that follows is shown. */
  void isOver() {
    over = true;
  }

  @Override
  public void accept(Step step) {
    if (over) {
      return;
    }
    counters.accept(step, time);
    MmState mm = step.mm();
    switch (step.op()) {
      case MMAP_READ_LOCK, MMAP_WRITE_LOCK -> lock(step, mm, step.op() == Op.MMAP_WRITE_LOCK);
      case MMAP_READ_UNLOCK, MMAP_WRITE_UNLOCK -> unlock(step, mm);
      case MMAP_WRITE_DOWNGRADE -> downgrade(step, mm);
      case PAGE_FAULT -> faults.put(step.moment().at(), new Fault(step.task(), time, step.isUserFault()));
      case PAGE_FAULT_SERVED -> served(step, mm);
      case VMA_START_WRITE -> startWrites.put(step.task(), time);
      case VMA_START_WRITE_RET -> writeLocked(step, mm);
      case MAS_STORE -> stored(step, mm);
      case LOCK_VMA_UNDER_RCU -> looksUp(step, mm);
      case VMA_START_READ -> lookedUp(step, "a VMA");
      case VMA_START_READ_REFUSED -> lookedUp(step, "none");
      case VMA_MARK_DETACHED_RET, VM_AREA_FREE, VM_AREA_ALLOC, VM_AREA_DUP -> ended(step);
      default -> {
        // nothing that lasts
      }
    }
  }

  @Override
  public void lost(long afterAt) {
    if (begun && !over) {
      endAll("unknown: events are missing");
      out.instant(new Label("loss", "events are missing"), tracks.process(null, ""), time);
    }
  }

  private void lock(Step step, @Nullable MmState mm, boolean write) {
    if (mm != null) {
      Holder holder = new Holder(mm, step.task());
      Hold before = holds.put(holder, new Hold(time, write, false, new ArrayList<>()));
      if (before != null) {
        release(holder, before, NOT_SEEN);
      }
      tracks.process(mm, comm(step.task().pid()));
    }
  }

  private void unlock(Step step, @Nullable MmState mm) {
    if (mm == null) {
      return;
    }
    Holder holder = new Holder(mm, step.task());
    Hold hold = holds.remove(holder);
    if (hold != null) {
      release(holder, hold, "");
    }
    if (mm.isExited()) {
      settle();
      tracks.forget(mm);
    }
  }

  private void downgrade(Step step, @Nullable MmState mm) {
    if (mm == null) {
      return;
    }
    Holder holder = new Holder(mm, step.task());
    Hold hold = holds.put(holder, new Hold(time, false, true, new ArrayList<>()));
    if (hold != null) {
      release(holder, hold, "downgraded");
    }
  }

  private void release(Holder holder, Hold hold, String end) {
    String name = hold.write() ? "write" : hold.downgraded() ? "read (downgraded)" : "read";
    slice(Lane.MMAP_LOCK, name, holder.place(), hold.begin(), end.isEmpty() ? Map.of() : Map.of("end", end));
    for (WriteLock lock : hold.locks()) {
      slice(Lane.VMA_WRITE_LOCKS, vmaName(lock.vma()), holder.place(), lock.begin(), lock.arguments());
    }
  }

  private void writeLocked(Step step, @Nullable MmState mm) {
    Long entered = startWrites.remove(step.task());
    VmaState vma = step.vma();
    Hold hold = mm == null ? null : holds.get(new Holder(mm, step.task()));
    if (vma == null || hold == null || !hold.write()) {
      return;
    }
    if (entered != null) {
      slice(Lane.VMA_WRITE_LOCKS, "__vma_start_write", new Place(mm, step.task().pid()), entered, Map.of("vma", vma.address()));
    }
    if (step.ret() == 0 && hold.locks().stream().noneMatch(lock -> lock.vma() == vma)) {
      hold.locks().add(new WriteLock(vma, time, arguments(step)));
    }
  }

  private void served(Step step, @Nullable MmState mm) {
    Fault fault = faults.remove(step.faultAt());
    if (fault == null) {
      return;
    }
    FaultReason reason = step.faultReason();
    String path =
        switch (reason.path()) {
          case VMA_LOCK -> "VMA lock";
          case MMAP_LOCK -> "mmap_lock";
          case UNRESOLVED -> "unresolved";
        };
    slice(
        Lane.FAULTS,
        "page fault: " + path,
        new Place(mm, step.task().pid()),
        new Span(fault.begin(), step.faultEnd()),
        inOrder("address", step.address(), "from", fault.user() ? "user" : "kernel", "path", path, "reason", reason.text()));
  }

  private void stored(Step step, @Nullable MmState mm) {
    VmaState vma = step.vma();
    if (vma != null && mm != null) {
      vmas.stored(vma, mm, comm(step.task().pid()), range(step.first(), step.last() + 1), time);
    }
  }

  private void ended(Step step) {
    VmaState vma = step.vma();
    if (vma != null) {
      switch (step.op()) {
        case VMA_MARK_DETACHED_RET -> vmas.departs(vma, time, Map.of("end", "detached"));
        case VM_AREA_FREE -> vmas.freed(vma, time, Map.of("end", "freed"));
        default -> vmas.isAnother(vma, time, Map.of("end", NOT_SEEN));
      }
    }
  }

  private void looksUp(Step step, @Nullable MmState mm) {
    if (mm != null) {
      lookUps.put(step.task(), new LookUp(mm, time, step.address()));
    }
  }

  private void lookedUp(Step step, String found) {
    LookUp lookUp = lookUps.remove(step.task());
    if (lookUp != null) {
      VmaState vma = step.vma();
      Map<String, Object> arguments = inOrder("address", lookUp.address());
      if (vma != null) {
        arguments.put("vma", vma.address());
      }
      slice(Lane.LOOK_UPS, "look-up: " + found, new Place(lookUp.mm(), step.task().pid()), lookUp.begin(), arguments);
    }
  }

  private void endAll(String how) {
    holds.forEach((holder, hold) -> release(holder, hold, how));
    holds.clear();
    for (Fault fault : faults.values()) {
      slice(Lane.FAULTS, "page fault: unresolved", new Place(fault.task().mm(), fault.task().pid()), fault.begin(), Map.of("end", how));
    }
    faults.clear();
    startWrites.clear();
    lookUps.forEach((task, of) -> slice(Lane.LOOK_UPS, "look-up", new Place(of.mm(), task.pid()), of.begin(), inOrder("address", of.address(), "end", how)));
    lookUps.clear();
    vmas.endAll(time, Map.of("end", how));
    departed.clear();
  }

  private void slice(Lane lane, String name, Place place, long begin, Map<String, Object> arguments) {
    slice(lane, name, place, new Span(begin, time), arguments);
  }

  private void slice(Lane lane, String name, Place place, Span span, Map<String, Object> arguments) {
    if (window.touches(span.begin(), span.end()) && wanted.test(place.mm(), place.pid())) {
      int thread = tracks.thread(place.mm(), place.pid(), lane, this::comm);
      out.slice(new Track(tracks.process(place.mm(), ""), thread), new Label(lane.category(), name), span.begin(), span.end(), arguments);
    }
  }

  /** The comm of a task, where the event in hand is its own. */
  private String comm(int pid) {
    EventBatch batch = events;
    return batch == null || batch.task(index) != pid ? "task" : describer.brief(batch, index).comm();
  }

  private static Map<String, Object> arguments(Step step) {
    VmaState vma = step.vma();
    long address = vma == null ? 0 : vma.address();
    return step.sample().hasRange()
        ? inOrder("vma", address, "range", range(step.sample().start(), step.sample().end()))
        : Map.of("vma", address);
  }

  /** Names and values in turn: in this order, so that the same capture gives the same bytes. */
  private static Map<String, Object> inOrder(Object... namesAndValues) {
    Map<String, Object> arguments = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      arguments.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return arguments;
  }

  static String range(long start, long end) {
    return "0x%x-0x%x".formatted(start, end);
  }

  static String vmaName(VmaState vma) {
    return "vma 0x%x".formatted(vma.address());
  }
}
