package io.vmatrace.checker.stats;

import io.vmatrace.checker.mm.FaultPath;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.TaskState;
import org.jspecify.annotations.Nullable;

/** What a task has begun and not ended. */
final class Begun {
  /** Where its system call began that is no {@link Caller} of its own; 0 when it is in none. */
  long callAt;

  /** When it asked for an mmap_lock, and who held that; -1 when it has not. */
  long asked = -1;

  @Nullable MmState askedOf;
  int holder;
  Caller holding = Caller.OTHER;

  /** Where in the capture its page fault began, and when; 0 when it is in none. */
  long faultAt;

  long fault;

  /** The path of that fault, where it is told; null before. */
  @Nullable FaultPath path;

  /** How long that took up to the last return of handle_mm_fault(); -1 before. */
  long handled = -1;

  /** When it entered __vma_exclude_readers_for_detach(); -1 when it has not. */
  long secondWait = -1;

  /** Whether it is in a page fault. Where no system calls are recorded a fault whose path is told may be over. */
  boolean isInFault(TaskState task) {
    return faultAt != 0 && (path == null || task.isCallsRecorded());
  }

  boolean isNothing() {
    return callAt == 0 && asked < 0 && faultAt == 0 && secondWait < 0;
  }
}
