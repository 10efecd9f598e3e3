package io.vmatrace.checker.stats;

import java.util.Arrays;

/** How many VMAs an mm's tree is known to hold over time, in a bounded number of points: where there are more, each stands for a longer time. */
public final class VmaCount {
  private static final int MOST = 128;

  private final long[] times = new long[MOST];
  private final int[] counts = new int[MOST];
  private int size;
  private long gap;
  private int now;
  private int most;

  /** One more, or one less. */
  void change(long time, int by) {
    now = Math.max(0, now + by);
    most = Math.max(most, now);
    if (size > 0 && time - times[size - 1] <= gap) {
      counts[size - 1] = now;
      return;
    }
    if (size == MOST) {
      thin();
    }
    times[size] = time;
    counts[size++] = now;
  }

  /** Keeps every second point, the last among them. */
  private void thin() {
    for (int i = 0; i < MOST / 2; i++) {
      times[i] = times[2 * i + 1];
      counts[i] = counts[2 * i + 1];
    }
    size = MOST / 2;
    gap = (times[size - 1] - times[0]) / (MOST / 2);
  }

  /** The most at any time. */
  public int most() {
    return most;
  }

  /** How many at the end. */
  public int last() {
    return now;
  }

  /** When the count changed, in the capture's clock unit, ascending. */
  public long[] times() {
    return Arrays.copyOf(times, size);
  }

  /** The counts from those times on. */
  public int[] counts() {
    return Arrays.copyOf(counts, size);
  }
}
