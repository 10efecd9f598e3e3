package io.vmatrace.checker.stats;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The longest waits for an mmap_lock or holds of one, a few of each kind. */
final class Longest {
  static final int MOST = 5;

  /**
   * One of them.
   *
   * @param length in the clock's unit
   * @param at where in the capture it ended
   * @param holder the pid of who held the lock when a wait began; 0 where that was nobody, or is not known
   * @param holding what that one was doing
   */
  record Stretch(Timed what, long length, long at, int pid, long mm, Caller caller, int holder, Caller holding) {}

  private final List<Stretch> stretches = new ArrayList<>(MOST + 1);

  /** Whether one of this length is among the longest so far. */
  boolean admits(long length) {
    return stretches.size() < MOST || length > stretches.getLast().length();
  }

  void add(Stretch stretch) {
    stretches.add(stretch);
    stretches.sort(Comparator.comparingLong(Stretch::length).reversed());
    if (stretches.size() > MOST) {
      stretches.removeLast();
    }
  }

  /** The longest first. */
  List<Stretch> all() {
    return List.copyOf(stretches);
  }
}
