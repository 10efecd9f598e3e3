package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.SystemCall;
import io.vmatrace.checker.mm.SystemCall.Kind;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.specs.EventKinds;
import io.vmatrace.parser.event.specs.SyscallEvents;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The system call that a task is in. */
final class Syscall {
  /** Which call each event is of, by the ordinal of the event's kind. */
  private static final Kind[] KINDS = kinds();

  /** Its SYS_ENTER kind; null when the task is in none or that is not known. */
  @Nullable EventKind kind;

  /** Where in the capture it begins. */
  long enteredAt;

  long start;
  long length;
  long newLength;
  long flags;

  /** The mm that its execve() is building; null when in none. */
  @Nullable KnownMm execMm;

  /** Whether the task was seen to enter any system call, so that each that ends must have begun in the capture. */
  boolean wasInSyscall;

  /** Where the last begin or end of a call was, and of what kind. */
  private long borderAt = -1;

  private @Nullable EventKind border;

  /** Whether the event now is the same border once more, by name and by number: both are probes on one tracepoint. */
  boolean isTwin;

  /** Whether ends of its calls are recorded. */
  boolean endsRecorded;

  /** Whether ends of the call that it is in are, or it is the first of its kind: else it may be over long ago. */
  boolean endIsRecorded;

  /** Whether the task's calls have begins and ends, and the one that it is in has. */
  boolean areBordersRecorded() {
    return wasInSyscall && endsRecorded && (kind == null || endIsRecorded);
  }

  /**
   * Whether the task is in a call of which begin and end are recorded.
   *
   * @param inUserModeAt when the task was last seen in user mode: after the begin of a call whose end is not recorded
   */
  boolean isBetweenBorders(Moment inUserModeAt) {
    return kind != null && endsRecorded && endIsRecorded && inUserModeAt.at() <= enteredAt;
  }

  /** Which it is, of those that work on the task's own mm and on no other. */
  Kind which() {
    return kind == null ? Kind.OTHER : KINDS[kind.ordinal()];
  }

  /** Whether it works on the task's own mm, and on no other. */
  boolean isOnOwnMm() {
    return which() != Kind.OTHER;
  }

  /** Whether it is a munmap() whose range lies in [first, last]. */
  boolean unmapsWithin(long first, long last) {
    return kind == SyscallEvents.SYS_ENTER_MUNMAP && length > 0 && start >= first && start + length - 1 <= last;
  }

  boolean isExec() {
    return kind == SyscallEvents.SYS_ENTER_EXECVE || kind == SyscallEvents.SYS_ENTER_EXECVEAT;
  }

  boolean isFork() {
    return kind == SyscallEvents.SYS_ENTER_CLONE
        || kind == SyscallEvents.SYS_ENTER_CLONE3
        || kind == SyscallEvents.SYS_ENTER_FORK
        || kind == SyscallEvents.SYS_ENTER_VFORK;
  }

  /**
   * Notes a begin or an end of a call: the same once more where the one before has come in the other form, with no other event of the task between.
   * A return from rt_sigreturn() has its number only, so a begin may follow it.
   *
   * @param actedAt where the task's event before it is
   */
  void border(EventKind now, long actedAt, long at) {
    isTwin = border != null && borderAt == actedAt && isRaw(border) != isRaw(now) && begins(border) == begins(now);
    borderAt = at;
    border = isTwin ? null : now;
  }

  private static boolean isRaw(EventKind border) {
    return border == SyscallEvents.RAW_SYS_ENTER || border == SyscallEvents.RAW_SYS_EXIT;
  }

  private static boolean begins(EventKind border) {
    return border == SyscallEvents.RAW_SYS_ENTER || border.source() == EventKind.Source.SYSCALL_ENTER;
  }

  /** Puts the call that a SYS_ENTER or SYS_EXIT event is of into a step; with the arguments if it is the one that was entered. */
  void show(Step step, EventKind of) {
    Kind which = KINDS[of.ordinal()];
    SystemCall call = step.beginSystemCall(which);
    if (kind != null && which == KINDS[kind.ordinal()]) {
      call.arguments(start, length, flags);
    }
  }

  private static Kind[] kinds() {
    Kind[] kinds = new Kind[EventKinds.count()];
    Arrays.fill(kinds, Kind.OTHER);
    put(kinds, Kind.MMAP, SyscallEvents.SYS_ENTER_MMAP, SyscallEvents.SYS_EXIT_MMAP);
    put(kinds, Kind.MUNMAP, SyscallEvents.SYS_ENTER_MUNMAP, SyscallEvents.SYS_EXIT_MUNMAP);
    put(kinds, Kind.MPROTECT, SyscallEvents.SYS_ENTER_MPROTECT, SyscallEvents.SYS_EXIT_MPROTECT);
    put(kinds, Kind.MREMAP, SyscallEvents.SYS_ENTER_MREMAP, SyscallEvents.SYS_EXIT_MREMAP);
    put(kinds, Kind.MADVISE, SyscallEvents.SYS_ENTER_MADVISE, SyscallEvents.SYS_EXIT_MADVISE);
    put(kinds, Kind.BRK, SyscallEvents.SYS_ENTER_BRK, SyscallEvents.SYS_EXIT_BRK);
    return kinds;
  }

  private static void put(Kind[] kinds, Kind call, EventKind enter, EventKind exit) {
    kinds[enter.ordinal()] = call;
    kinds[exit.ordinal()] = call;
  }

  void forget() {
    kind = null;
    execMm = null;
  }
}
