package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.Moment;
import org.jspecify.annotations.Nullable;

/** Where and when a task had its last event, and where it had none for a while before one. */
final class LastSeen {
  /**
   * Tracing that was switched off, everywhere or on a CPU (the files tracing_on and tracing_cpumask), is not on again sooner, in nanoseconds
   * (with a clock that counts something else, in its units): that takes two system calls of a task, or two writes of a shell, and each of them
   * opens a file. Nothing in a capture says so.
   */
  static final long LEAST_OFF = 100_000;

  /** So many of the last quiet times are kept, two places each. */
  private static final int KEPT = 8;

  private int cpu = -1;
  private long time;

  /** Since when it may have done something: the time of the last event, or of the switch to the task after it. */
  private long activeSince;

  /** Whether the last event was the switch to another task. */
  private boolean away;

  private long at;

  /** The places of the events before and after quiet times: the last ones, in a ring; null before there is one. */
  private long @Nullable [] quiet;

  private int quiets;

  /** Which of them are quiet only because the task was switched away from and back to: a bit for each place of the ring. */
  private int onlyAway;

  /** Notes an event. False when the last one was on another CPU at the same printed time: the order of the two is not known. */
  boolean see(Moment moment) {
    boolean ordered = !isElsewhereAt(moment);
    if (cpu >= 0 && moment.time() - time > LEAST_OFF) {
      addQuiet(moment.at(), moment.time() - activeSince <= LEAST_OFF);
    }
    cpu = moment.cpu();
    time = moment.time();
    activeSince = time;
    away = false;
    at = moment.at();
    return ordered;
  }

  /** The event noted last is the switch to another task: up to the switch back the task does nothing. */
  void leave() {
    away = true;
  }

  /** The CPU goes over to the task. */
  void comeBack(Moment moment) {
    if (away) {
      activeSince = moment.time();
    }
  }

  /** Whether the last event was on another CPU at the same printed time. */
  boolean isElsewhereAt(Moment moment) {
    return cpu >= 0 && cpu != moment.cpu() && time == moment.time();
  }

  /** The place of the last event in the capture, or 0. */
  long at() {
    return at;
  }

  /** The CPU of the last event, or -1. */
  int cpu() {
    return cpu;
  }

  /** Whether there is none for that long up to a moment. */
  boolean isQuietAt(Moment now) {
    return now.time() - time > LEAST_OFF;
  }

  private void addQuiet(long until, boolean only) {
    long[] ring = quiet == null ? new long[2 * KEPT] : quiet;
    int place = 2 * (quiets % KEPT);
    ring[place] = at;
    ring[place + 1] = until;
    quiet = ring;
    onlyAway = only ? onlyAway | 1 << quiets % KEPT : onlyAway & ~(1 << quiets % KEPT);
    quiets++;
  }

  /**
   * Whether there was none for longer than {@link #LEAST_OFF} at some time between two places in the capture; true where that is not known any more.
   *
   * @param running whether only such times count in which the task, as far as the capture tells, was not away from all CPUs
   */
  boolean isQuietBetween(long after, long before, boolean running) {
    if (quiet == null) {
      return false;
    }
    boolean any = false;
    long oldest = Long.MAX_VALUE;
    for (int i = 0; i < Math.min(quiets, KEPT); i++) {
      boolean counts = !running || (onlyAway >> i & 1) == 0;
      any |= counts && quiet[2 * i] < before && quiet[2 * i + 1] > after;
      oldest = Math.min(oldest, quiet[2 * i + 1]);
    }
    return any || quiets > KEPT && oldest > after;
  }
}
