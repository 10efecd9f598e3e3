package io.vmatrace.checker.stats;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.SystemCall;
import io.vmatrace.checker.mm.TaskState;

/** What a task is doing while it holds or wants an mmap_lock, as far as the capture shows. */
public enum Caller {
  MMAP("mmap()"),
  MUNMAP("munmap()"),
  MPROTECT("mprotect()"),
  MREMAP("mremap()"),
  MADVISE("madvise()"),
  BRK("brk()"),
  FORK("fork()"),
  EXEC("execve()"),
  EXIT("exit"),
  PAGE_FAULT("page fault"),
  OTHER("other, unknown");

  private final String text;

  Caller(String text) {
    this.text = text;
  }

  /** For a person. */
  public String text() {
    return text;
  }

  /** What it is now, in an mm. */
  static Caller of(TaskState task, MmState mm, boolean inFault) {
    if (mm.isExited()) {
      return EXIT;
    }
    if (task.forkParent() != null) {
      return FORK;
    }
    if (task.execMm() != null) {
      return EXEC;
    }
    SystemCall.Kind call = task.systemCall();
    return call != SystemCall.Kind.OTHER ? valueOf(call.name()) : inFault ? PAGE_FAULT : OTHER;
  }
}
