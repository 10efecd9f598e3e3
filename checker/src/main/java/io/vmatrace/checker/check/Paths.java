package io.vmatrace.checker.check;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.SystemCall;
import io.vmatrace.checker.mm.TaskState;
import io.vmatrace.checker.report.FindingId.Way;
import io.vmatrace.checker.rule.PerTask;
import java.util.Locale;

/**
 * What a task is doing where it breaks a rule, in a word that is the same in another recording of the bug: what it does to VMAs, which
 * several system calls have in common, and its system call.
 */
final class Paths {
  private final PerTask<String> operations = new PerTask<>();

  /** A step that the rules have seen. */
  void look(Step step) {
    switch (step.op()) {
      case VMS_GATHER_MUNMAP_VMAS, VMS_COMPLETE_MUNMAP_VMAS -> operations.put(step.task(), "munmap");
      case EXIT_MMAP -> operations.put(step.task(), "exit_mmap");
      case MMAP_READ_UNLOCK, MMAP_WRITE_UNLOCK -> operations.put(step.task(), null);
      default -> {}
    }
  }

  /** The way on which a task is. */
  Way of(TaskState task, String kind) {
    String operation = operations.get(task);
    return new Way(operation != null ? operation : task.forkParent() != null ? "dup_mmap" : "", call(task), kind);
  }

  private static String call(TaskState task) {
    if (task.systemCall() != SystemCall.Kind.OTHER) {
      return task.systemCall().name().toLowerCase(Locale.ROOT);
    }
    return task.inUserModeAt().known() && !task.isSinceCall() ? "page_fault" : "";
  }
}
