package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.FaultFlags;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.EventKinds;
import io.vmatrace.parser.event.specs.FaultEvents;
import io.vmatrace.parser.event.specs.MapleTreeEvents;
import io.vmatrace.parser.event.specs.MmapLockEvents;
import io.vmatrace.parser.event.specs.PageFaultEvents;
import io.vmatrace.parser.event.specs.SyscallEvents;
import io.vmatrace.parser.event.specs.VmaEvents;
import io.vmatrace.parser.event.specs.WriteLockEvents;
import java.util.Set;

/**
 * Places where events of a task are missing, whatever the kernel did: a system call, a function or a request for the mmap_lock has an end and no
 * begin, or a begin and no end, though such begins and ends are recorded; a fault is under a lock that was not taken, or ends as another
 * one; or a CPU runs a task to which it did not switch. Recording was off for a while, or lines were taken out.
 */
final class Tears {
  /** Where so many places show events to be missing, more are missing elsewhere, and nothing shows that. */
  private static final long SOME = 4;

  /** In so many events one such place may be; where there are more, hardly anything is whole. */
  private static final long EVENTS_A_PLACE = 256;

  /** What a task does not do while it waits for an mmap_lock. */
  private static final Set<EventKind> CHANGES =
      Set.of(MapleTreeEvents.MA_WRITE, VmaEvents.VM_AREA_ALLOC_RET, VmaEvents.VM_AREA_DUP_RET, WriteLockEvents.VMA_START_WRITE, WriteLockEvents.VMA_START_WRITE_RET, WriteLockEvents.VMA_MARK_DETACHED);

  /** What an event can show: that a call has no begin or no end. */
  private static final byte CALL = 1;

  /** That a function was not entered, or handles another fault than it should. */
  private static final byte FUNCTION = 2;

  /** That an answer has no request. */
  private static final byte ANSWER = 4;

  /** That a request has no answer, where the task has made one. */
  private static final byte NO_ANSWER = 8;

  /** Which of these it can show, by the ordinal of its kind: a bit for each. */
  private static final byte[] LOOKS_AT = looksAt();

  private static final String CALL_UNPAIRED = "a system call has no begin or no end";

  private static final String UNPAIRED = "a request for the mmap_lock has no answer, or an answer no request";

  private static final String OTHER_VMA = "a function returns of another VMA than it was entered for";

  private final World world;
  private final Syscalls syscalls;
  private final RunningTasks running = new RunningTasks();
  private String what = "";
  private long count;
  private long elsewhere;
  private long firstSince;

  Tears(World world, Syscalls syscalls) {
    this.world = world;
    this.syscalls = syscalls;
  }

  /** What runs where is not known any more. */
  void marker() {
    running.forget();
  }

  /** Since when events are missing, as an event shows that a task is about to have; -1 when it shows nothing of that. */
  long since(KnownTask task, EventKind kind, EventBatch events, int i) {
    long since = running.tornSince(kind, events, i);
    if (since >= 0) {
      return torn(since, "a CPU runs a task to which it did not switch");
    }
    long before = count;
    int looks = LOOKS_AT[kind.ordinal()];
    if (looks == ANSWER) {
      since = answered(task, events, i);
    } else if (looks == NO_ANSWER ? task.asked.mm() != null : looks != 0) {
      since = looked(task, kind, events, i);
    }
    if (count > before && world.switches().mayHaveBeenElsewhere(task, Math.min(since, task.actedAt))) {
      elsewhere++;
    }
    return since;
  }

  private long looked(KnownTask task, EventKind kind, EventBatch events, int i) {
    int looks = LOOKS_AT[kind.ordinal()];
    long since = (looks & CALL) == 0 ? -1 : syscalls.tornSince(task, kind);
    EventKind call = task.syscall.kind;
    if (since >= 0 && call != null && kind.source() == EventKind.Source.SYSCALL_EXIT && !syscalls.borders().isTorn(call, kind)) {
      syscalls.borders().put(call, kind, since);
      return since;
    }
    String torn = CALL_UNPAIRED;
    if (since < 0 && (looks & NO_ANSWER) != 0 && isAnswerMissing(task, kind)) {
      since = task.asked.unansweredSince();
      torn = UNPAIRED;
    } else if (since < 0 && kind == FaultEvents.HANDLE_MM_FAULT && lacksItsLock(task, events, i)) {
      since = task.seen.at();
      torn = "a fault is handled under an mmap_lock that was not taken";
    } else if (since < 0 && kind == FaultEvents.HANDLE_MM_FAULT_RET && task.faultCall().isOfAnother(events, i)) {
      since = task.faultCall().entered().at();
      torn = "a fault ends as another one than it began";
    } else if (since < 0 && isOfAnother(task.startWrite(), WriteLockEvents.VMA_START_WRITE_RET, events, i)) {
      since = task.startWrite().entered().at();
      torn = OTHER_VMA;
    } else if (since < 0 && isOfAnother(task.detach(), WriteLockEvents.VMA_MARK_DETACHED_RET, events, i)) {
      since = task.detach().entered().at();
      torn = OTHER_VMA;
    } else if (since < 0 && (looks & FUNCTION) != 0) {
      since = task.inside.note(kind, events.at(i));
      since = since < 0 ? -1 : Math.max(since, task.inUserModeAt().at());
      torn = "a function returns that was not entered";
    }
    return since < 0 ? -1 : torn(since, torn);
  }

  private static boolean isOfAnother(ReaderWait call, EventKind returns, EventBatch events, int i) {
    return events.kind(i) == returns && events.has(i, Field.VMA) && call.isOfAnother(events.value(i, Field.VMA));
  }

  private long torn(long since, String torn) {
    if (count++ == 0) {
      what = torn;
      firstSince = since;
    }
    return since;
  }

  private static byte[] looksAt() {
    byte[] looksAt = new byte[EventKinds.count()];
    for (EventKind kind : EventKinds.all()) {
      int looks = switch (kind.source()) {
        case SYSCALL_ENTER, SYSCALL_EXIT -> CALL;
        case PROBE_ENTRY, PROBE_RETURN -> FUNCTION;
        case TRACEPOINT -> kind == MmapLockEvents.MMAP_LOCK_ACQUIRE_RETURNED ? ANSWER : kind == SyscallEvents.RAW_SYS_ENTER || kind == SyscallEvents.RAW_SYS_EXIT ? CALL : 0;
        case EVENT_PROBE, MARKER -> 0;
      };
      boolean comesAfter = isInUserMode(kind) || CHANGES.contains(kind) || kind == MmapLockEvents.MMAP_LOCK_START_LOCKING;
      looksAt[kind.ordinal()] = (byte) (looks | (comesAfter ? NO_ANSWER : 0));
    }
    return looksAt;
  }

  /** Whether what a task has asked for was to be answered before this event, of a kind that comes after an answer. */
  private static boolean isAnswerMissing(KnownTask task, EventKind kind) {
    if (task.asked.mm() == null || task.asked.isInFault()) {
      return false; // what a fault asked for is over where it is: a missing answer hides nothing else
    }
    return kind != MmapLockEvents.MMAP_LOCK_START_LOCKING || task.asked.areTwo();
  }

  private static boolean isInUserMode(EventKind kind) {
    return kind.source() == EventKind.Source.SYSCALL_ENTER || kind.source() == EventKind.Source.SYSCALL_EXIT || kind == PageFaultEvents.PAGE_FAULT_USER;
  }

  /** A task is given an mmap_lock: it has asked for it, if that is recorded, or downgrades its own. */
  private long answered(KnownTask task, EventBatch events, int i) {
    boolean write = events.value(i, Field.WRITE) != 0;
    KnownMm mm = world.mm(events.value(i, Field.MM));
    return task.asked.mm() == mm && task.asked.isForWrite() == write ? -1 : unasked(task, mm, write);
  }

  private long unasked(KnownTask task, KnownMm mm, boolean write) {
    boolean downgrades = !write && (task.holdOf(mm) != null || !task.isHoldsKnown());
    boolean torn = !downgrades && task.actedAt != 0 && mm.isAnswered(write);
    return torn ? torn(task.seen.at(), UNPAIRED) : -1;
  }

  /** Whether a task handles a fault under an mmap_lock, whose acquisition would be recorded, and has none. */
  private static boolean lacksItsLock(KnownTask task, EventBatch events, int i) {
    KnownMm mm = task.mm();
    return mm != null && mm.isAnswered(false) && task.isHoldsKnown() && task.holds().isEmpty() && !FaultFlags.isUnderVmaLock(events.value(i, Field.FLAGS));
  }

  /** The capture is over: of the places that were in doubt, those are counted of which it has shown what is recorded. */
  void finish() {
    for (long since : syscalls.borders().torn()) {
      if (count == 0 || since < firstSince) {
        what = CALL_UNPAIRED;
        firstSince = since;
      }
      count++;
    }
  }

  /** What shows that, where it is so first. */
  String what() {
    return what;
  }

  /** In how many places. */
  long count() {
    return count;
  }

  /** In how many of them the task may have been on another CPU. */
  long elsewhere() {
    return elsewhere;
  }

  /** Whether there are so many that others must be expected anywhere. */
  boolean areSome() {
    return count >= SOME;
  }

  /** Whether there are so many that hardly anything is whole. */
  boolean areEverywhere(long events) {
    return areMany(count, events);
  }

  /** Whether so many places show events to be missing that they are missing everywhere. */
  static boolean areMany(long places, long events) {
    return places >= SOME && places * EVENTS_A_PLACE > events;
  }

  /** After which place of the capture events are missing first. */
  long firstSince() {
    return firstSince;
  }
}
