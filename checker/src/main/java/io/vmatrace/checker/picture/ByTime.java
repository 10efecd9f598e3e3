package io.vmatrace.checker.picture;

import java.util.Arrays;

/** The order of times, for columns that are written in it. */
final class ByTime {
  private ByTime() {}

  /**
   * The places of the first {@code n} times, the earliest first; equal ones keep their order. For at most 2^21 of them.
   */
  static int[] order(long[] times, int n) {
    long first = Arrays.stream(times, 0, n).min().orElse(0);
    long span = Arrays.stream(times, 0, n).max().orElse(0) - first;
    int places = 64 - Long.numberOfLeadingZeros(Math.max(1, n - 1));
    int dropped = Math.max(0, 64 - Long.numberOfLeadingZeros(span) - (63 - places));
    long[] keys = new long[n];
    for (int i = 0; i < n; i++) {
      keys[i] = (times[i] - first) >>> dropped << places | i;
    }
    Arrays.sort(keys);
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      order[i] = (int) (keys[i] & (1L << places) - 1);
      for (int k = i; k > 0 && times[order[k]] < times[order[k - 1]]; k--) { // only where bits were dropped
        int later = order[k - 1];
        order[k - 1] = order[k];
        order[k] = later;
      }
    }
    return order;
  }
}
