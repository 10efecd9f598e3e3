package io.vmatrace.checker.reconstruct;

import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.specs.SyscallEvents;
import org.jspecify.annotations.Nullable;

/** The system call that a task is in. */
final class Syscall {
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

  void forget() {
    kind = null;
    execMm = null;
  }
}
