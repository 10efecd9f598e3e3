package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Op;
import io.vmatrace.parser.event.specs.EventKinds;
import io.vmatrace.parser.event.specs.SyscallEvents;
import io.vmatrace.parser.event.specs.SyscallNumbers;
import io.vmatrace.parser.event.specs.SyscallPairs;
import org.jspecify.annotations.Nullable;

/**
 * System calls, whose borders show a task in user mode: by their names (syscalls:*), or by their numbers (raw_syscalls:*), of which one that
 * is not known is a border all the same.
 */
final class Syscalls {
  /** Numbers that a recording of all calls soon shows, and a filter of raw_syscalls does not list: so many that differ in their last bits. */
  private static final int MANY_CALLS = 10;

  private final World world;
  private final Faults faults;
  private final Trees trees;
  private SyscallNumbers numbers = SyscallNumbers.UNKNOWN;
  private long numbersSeen;

  private final SeenBorders borders = new SeenBorders();

  /** How often a task that may have been on another CPU began another call with no end of this one, and ended this one with no begin. */
  private final int[] endless = new int[EventKinds.count()];

  private final int[] unbegun = new int[EventKinds.count()];

  Syscalls(World world, Faults faults, Trees trees) {
    this.world = world;
    this.faults = faults;
    this.trees = trees;
  }

  /** The machine's architecture, where the capture says it. */
  void architecture(@Nullable String architecture) {
    numbers = SyscallNumbers.of(architecture);
  }

  /** Begins without ends, and ends without begins, of calls of which both are recorded, where other CPUs may have them. */
  long unpaired() {
    long unpaired = 0;
    for (int i = 0; i < endless.length; i++) {
      unpaired += (borders.isEnded(i) ? endless[i] : 0) + (borders.isBegun(i) ? unbegun[i] : 0);
    }
    return unpaired;
  }

  /**
   * Since when events are missing, of any task, as where recording was off for a while: a call begins in one whose end is missing, or ends
   * whose begin is missing, though such ends and begins are recorded. -1 when that is not so.
   */
  long tornSince(KnownTask task, EventKind kind) {
    Syscall call = task.syscall;
    call.border(kind, task.actedAt, world.now().at());
    if (call.isTwin || kind == SyscallEvents.RAW_SYS_EXIT) {
      return -1;
    }
    if (kind.source() == EventKind.Source.SYSCALL_ENTER || kind == SyscallEvents.RAW_SYS_ENTER) {
      return call.kind != null && call.endsRecorded && borders.isEnded(call.kind.ordinal()) ? call.enteredAt : -1;
    }
    if (kind.source() == EventKind.Source.SYSCALL_EXIT && call.kind != null && SyscallPairs.exitOf(call.kind) != kind) {
      return borders.mayBeTorn(call.kind, kind) ? call.enteredAt : -1;
    }
    if (kind.source() == EventKind.Source.SYSCALL_EXIT && call.kind == null && call.wasInSyscall && task.inUserModeAt().known()) {
      return borders.isBegun(SyscallPairs.enterOf(kind).ordinal()) ? task.inUserModeAt().at() : -1;
    }
    return -1;
  }

  SeenBorders borders() {
    return borders;
  }

  void enter(KnownTask task, EventBatch events, int i) {
    EventKind kind = events.kind(i);
    faults.locks().callSeen(false);
    if (task.syscall.isTwin && task.syscall.kind == kind) {
      borders.begun(kind);
      return;
    }
    Syscall call = begin(task, kind);
    call.start = events.value(i, Field.START);
    call.length = events.value(i, Field.LENGTH);
    call.newLength = events.value(i, Field.NEW_LENGTH);
    call.flags = events.value(i, Field.FLAGS);
    entered(task, kind);
  }

  /** raw_syscalls:sys_enter. */
  void enterRaw(KnownTask task, EventBatch events, int i) {
    long number = events.value(i, Field.SYSCALL_NR);
    numbersSeen |= 1L << number;
    faults.locks().callSeen(Long.bitCount(numbersSeen) >= MANY_CALLS);
    if (task.syscall.isTwin) {
      return;
    }
    EventKind kind = known(task, numbers.entered(number), events.value(i, Field.START));
    Syscall call = begin(task, kind);
    call.start = events.value(i, Field.START);
    call.length = events.value(i, Field.LENGTH);
    call.newLength = events.value(i, Field.NEW_LENGTH);
    call.flags = kind == SyscallEvents.SYS_ENTER_MADVISE ? call.newLength : kind == SyscallEvents.SYS_ENTER_CLONE ? call.start : events.value(i, Field.FLAGS);
    entered(task, kind);
  }

  /** A task of 32 bits has other numbers, and nothing says that it is one but that its addresses are small. */
  private static EventKind known(KnownTask task, EventKind kind, long address) {
    return address == 0 || address >>> Integer.SIZE != 0 || task.hasLargeAddresses ? kind : SyscallEvents.SYS_ENTER_OTHER;
  }

  private Syscall begin(KnownTask task, EventKind kind) {
    faults.returned(task);
    Syscall call = task.syscall;
    EventKind before = call.kind;
    if (before != null && !call.isTwin && world.switches().mayHaveBeenElsewhere(task, call.enteredAt)) {
      endless[before.ordinal()]++;
    }
    borders.begun(kind);
    call.kind = kind;
    call.enteredAt = world.now().at();
    call.wasInSyscall = true;
    call.endIsRecorded = borders.mayEnd(kind);
    call.execMm = null;
    return call;
  }

  private void entered(KnownTask task, EventKind kind) {
    task.syscall.show(world.begin(Op.SYSCALL_ENTER, task, task.mm(), null), kind);
    world.contradictions().inUserMode(task, world.now());
    world.emit();
    task.inUserMode();
    task.sinceCall = true;
    task.forked();
    if (kind == SyscallEvents.SYS_ENTER_RT_SIGRETURN) {
      task.syscall.kind = null;
    }
  }

  void exit(KnownTask task, EventBatch events, int i) {
    EventKind kind = events.kind(i);
    Syscall call = task.syscall;
    if (call.isTwin) {
      borders.ended(kind);
      return;
    }
    faults.returned(task);
    if (call.kind == null && call.wasInSyscall && world.switches().mayHaveBeenElsewhere(task, task.inUserModeAt().at())) {
      unbegun[SyscallPairs.enterOf(kind).ordinal()]++;
    }
    exited(task, kind, events, i);
  }

  /** raw_syscalls:sys_exit: the number -1 is that of rt_sigreturn(), and of a call that a tracer of the task or seccomp has skipped. */
  void exitRaw(KnownTask task, EventBatch events, int i) {
    if (!task.syscall.isTwin) {
      faults.returned(task);
      exited(task, left(task.syscall, events.value(i, Field.SYSCALL_NR)), events, i);
    }
  }

  /** The end of the call of a number; where that tells nothing, of the one that was begun. */
  private EventKind left(Syscall call, long number) {
    EventKind kind = numbers.left(number);
    return kind == SyscallEvents.SYS_EXIT_OTHER && call.kind != null ? SyscallPairs.exitOf(call.kind) : kind;
  }

  private void exited(KnownTask task, EventKind kind, EventBatch events, int i) {
    Syscall call = task.syscall;
    borders.ended(kind);
    call.endsRecorded = true;
    long ret = events.value(i, Field.RET);
    trees.returned(task, kind, ret);
    if (call.isOnOwnMm() && task.lastLocked == null && !Faults.isError(ret)) {
      faults.locks().lockWasNotRecorded(task);
    }
    Step step = world.begin(Op.SYSCALL_EXIT, task, task.mm(), null);
    call.show(step, kind);
    if (events.has(i, Field.RET)) {
      step.ret(ret);
    }
    world.contradictions().inUserMode(task, world.now());
    world.emit();
    task.inUserMode();
    task.sinceCall = true;
    call.kind = null;
    call.execMm = null;
  }
}
