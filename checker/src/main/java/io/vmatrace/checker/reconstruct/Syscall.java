package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.SystemCall;
import io.vmatrace.checker.mm.SystemCall.Kind;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.specs.SyscallEvents;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The system call that a task is in. */
final class Syscall {
  private static final Map<EventKind, Kind> KINDS =
      Map.ofEntries(
          Map.entry(SyscallEvents.SYS_ENTER_MMAP, Kind.MMAP),
          Map.entry(SyscallEvents.SYS_EXIT_MMAP, Kind.MMAP),
          Map.entry(SyscallEvents.SYS_ENTER_MUNMAP, Kind.MUNMAP),
          Map.entry(SyscallEvents.SYS_EXIT_MUNMAP, Kind.MUNMAP),
          Map.entry(SyscallEvents.SYS_ENTER_MPROTECT, Kind.MPROTECT),
          Map.entry(SyscallEvents.SYS_EXIT_MPROTECT, Kind.MPROTECT),
          Map.entry(SyscallEvents.SYS_ENTER_MREMAP, Kind.MREMAP),
          Map.entry(SyscallEvents.SYS_EXIT_MREMAP, Kind.MREMAP),
          Map.entry(SyscallEvents.SYS_ENTER_MADVISE, Kind.MADVISE),
          Map.entry(SyscallEvents.SYS_EXIT_MADVISE, Kind.MADVISE),
          Map.entry(SyscallEvents.SYS_ENTER_BRK, Kind.BRK),
          Map.entry(SyscallEvents.SYS_EXIT_BRK, Kind.BRK));

  /** Its SYS_ENTER kind; null when the task is in none or that is not known. */
  @Nullable EventKind kind;

  long start;
  long length;
  long newLength;
  long flags;

  /** The mm that its execve() is building; null when in none. */
  @Nullable KnownMm execMm;

  /** Whether the task was seen to enter any system call, so that each that ends must have begun in the capture. */
  boolean wasInSyscall;

  /** Whether it works on the task's own mm, and on no other. */
  boolean isOnOwnMm() {
    return kind == SyscallEvents.SYS_ENTER_MMAP
        || kind == SyscallEvents.SYS_ENTER_MUNMAP
        || kind == SyscallEvents.SYS_ENTER_MPROTECT
        || kind == SyscallEvents.SYS_ENTER_MREMAP
        || kind == SyscallEvents.SYS_ENTER_MADVISE
        || kind == SyscallEvents.SYS_ENTER_BRK;
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

  /** Puts the call that a SYS_ENTER or SYS_EXIT event is of into a step; with the arguments if it is the one that was entered. */
  void show(Step step, EventKind of) {
    Kind which = KINDS.getOrDefault(of, Kind.OTHER);
    SystemCall call = step.systemCall().begin(which);
    if (kind != null && which == KINDS.getOrDefault(kind, Kind.OTHER)) {
      call.arguments(start, length, flags);
    }
  }

  void forget() {
    kind = null;
    execMm = null;
  }
}
