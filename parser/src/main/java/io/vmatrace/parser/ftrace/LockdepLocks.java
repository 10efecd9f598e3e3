package io.vmatrace.parser.ftrace;

import java.util.ArrayList;
import java.util.List;

/**
 * The classes of the locks that a report of lockdep is about: those that are being taken and dropped, and the links of its chain. Locks
 * that the task merely holds are in every report that was raised under them (kernel/locking/lockdep.c lockdep_print_held_locks()), and
 * count only where holding them is the trouble.
 */
final class LockdepLocks {
  private static final int MOST = 32;

  /** After these the next line names a lock. */
  private static final List<String> BEFORE =
      List.of("trying to acquire lock:", "already holding lock:", "trying to lock:", " takes:", "just changed the state of lock:", "a lock still held there!");

  /** Of these the locks that are held are the trouble. */
  private static final List<String> HELD = List.of("lock held when returning to user space", "still has locks held", "leaked lock", "held lock freed");

  private final List<String> classes = new ArrayList<>();
  private boolean next;
  private boolean held;

  /** Takes the next line of a report. */
  void line(String text) {
    String line = text.strip();
    held |= HELD.stream().anyMatch(line::contains);
    if (line.contains("-->")) {
      for (String link : line.split("-->", -1)) {
        add(link.strip());
      }
    } else if (line.startsWith("-> #") || line.contains("trying to release lock (") || held && line.startsWith("#")) {
      addInParentheses(line);
    } else if (next) {
      addInParentheses(line);
    }
    next = BEFORE.stream().anyMatch(line::endsWith) || next && line.isEmpty();
  }

  List<String> classes() {
    return classes;
  }

  /** {@code ffff88802a7f0898 (&sighand->siglock){-...}-{2:2}, at: __lock_task_sighand+0x149/0x2e0}. */
  private void addInParentheses(String line) {
    int from = line.indexOf('(') + 1;
    int to = line.indexOf("){", from);
    to = to < 0 ? line.indexOf(')', from) : to;
    if (from > 0 && to > from) {
      add(line.substring(from, to));
    }
  }

  private void add(String lock) {
    if (!lock.isEmpty() && classes.size() < MOST && !classes.contains(lock)) {
      classes.add(lock);
    }
  }
}
