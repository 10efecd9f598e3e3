package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.TaskState;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.specs.SyscallEvents;
import org.jspecify.annotations.Nullable;

/** What the reconstruction keeps of a task beside what the rules may see. */
final class TaskContext {
  final TaskState state;
  final Fault fault = new Fault();

  /** The system call it is in, as its SYS_ENTER kind; null when in none or not known. */
  @Nullable EventKind syscall;

  long syscallStart;
  long syscallLength;
  long syscallNewLength;
  long syscallFlags;

  /** The mm of its last mmap_lock event: after an exec, the new mm. */
  @Nullable MmState lastLocked;

  /** The mm that its execve() is building; null when in none. */
  @Nullable MmState execMm;

  /** Whether it was seen to enter any system call, so that each that ends must have begun in the capture. */
  boolean wasInSyscall;

  /** Where the capture saw it made, or 0. */
  long bornAt;

  private boolean heard;

  /** Where in the capture its last write section ended. */
  long lastSectionEndedAt;

  /** Range of the munmap that it is gathering. */
  long gatherFirst;

  long gatherLast;

  private int cpu = -1;
  private long time;

  TaskContext(int pid) {
    state = new TaskState(pid);
  }

  /**
   * Notes where and when it was seen. False when it was seen on another CPU at the same printed time: then the order of its own
   * events is not known.
   */
  boolean seen(long at, int onCpu) {
    boolean ordered = cpu == onCpu || cpu < 0 || time != at;
    cpu = onCpu;
    time = at;
    heard = true;
    return ordered;
  }

  /** Whether it was made in the capture and did nothing in it: then it runs untraced, or on a CPU that is not in the capture. */
  boolean isSilent() {
    return bornAt > 0 && !heard;
  }

  /** Whether it is in a system call that works on its own mm, and on no other. */
  boolean isInOwnMmSyscall() {
    return syscall == SyscallEvents.SYS_ENTER_MMAP
        || syscall == SyscallEvents.SYS_ENTER_MUNMAP
        || syscall == SyscallEvents.SYS_ENTER_MPROTECT
        || syscall == SyscallEvents.SYS_ENTER_MREMAP
        || syscall == SyscallEvents.SYS_ENTER_MADVISE
        || syscall == SyscallEvents.SYS_ENTER_BRK;
  }

  boolean isInExec() {
    return syscall == SyscallEvents.SYS_ENTER_EXECVE || syscall == SyscallEvents.SYS_ENTER_EXECVEAT;
  }

  boolean isInFork() {
    return syscall == SyscallEvents.SYS_ENTER_CLONE
        || syscall == SyscallEvents.SYS_ENTER_CLONE3
        || syscall == SyscallEvents.SYS_ENTER_FORK
        || syscall == SyscallEvents.SYS_ENTER_VFORK;
  }

  void forget() {
    state.forget();
    syscall = null;
    lastLocked = null;
    execMm = null;
    lastSectionEndedAt = 0;
  }
}
