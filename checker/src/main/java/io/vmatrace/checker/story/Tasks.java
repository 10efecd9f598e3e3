package io.vmatrace.checker.story;

import java.util.LinkedHashSet;
import java.util.Set;

/** What was met in a capture: for those who look for something that is not in it. */
final class Tasks {
  private static final int MOST = 6;

  /** A task, as one event names it. */
  record Named(int pid, String comm) {
    @Override
    public String toString() {
      return comm.isEmpty() ? Integer.toString(pid) : comm + "-" + pid;
    }
  }

  private final Set<Integer> pids = new LinkedHashSet<>();
  private final Set<String> names = new LinkedHashSet<>();

  /** Whether the name of a task is wanted: it is new, and there are few. */
  boolean wants(int pid) {
    return names.size() < MOST && pid > 0 && pids.add(pid);
  }

  void add(Named task) {
    names.add(task.toString());
  }

  /** They, for a person. */
  String text() {
    return names.isEmpty() ? "no task" : String.join(", ", names) + (names.size() < MOST ? "" : " and more");
  }
}
