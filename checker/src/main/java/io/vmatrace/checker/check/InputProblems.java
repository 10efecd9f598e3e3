package io.vmatrace.checker.check;

import io.vmatrace.checker.evidence.Account;
import io.vmatrace.checker.reconstruct.MmReconstruction;
import io.vmatrace.checker.reconstruct.Room;
import io.vmatrace.checker.report.Report.InputProblem;
import java.util.ArrayList;
import java.util.List;

/** What was wrong with an input, and what of it could not be used. */
final class InputProblems {
  private InputProblems() {}

  static List<InputProblem> of(Account account, MmReconstruction reconstruction) {
    List<InputProblem> problems = new ArrayList<>(account.problems());
    if (reconstruction.leftOut() > 0) {
      problems.add(
          new InputProblem(
              "event with raw pointers, where those of the tracepoints are hashed: left out",
              reconstruction.leftOut(),
              "",
              "",
              "switch the trace option hash-ptr off and record again, so that both can be joined"));
    }
    Room room = reconstruction.room();
    if (room.count() > 0) {
      problems.add(
          new InputProblem(
              "tasks, address spaces and VMAs that were idle the longest%s became unknown, because memory for so many is short".formatted(room.ofAll() == 0 ? "" : ", %d times all,".formatted(room.ofAll())),
              room.count(),
              account.event(room.firstAt()),
              "",
              "record sched:sched_process_exit and mmap:exit_mmap too, which say what has ended; holds and faults under way there are not judged"));
    }
    return problems;
  }
}
