package io.vmatrace.checker.compare;

import java.util.Arrays;
import java.util.Random;

/**
 * The two-sided permutation test of two samples on the sum of the first one's ranks: how often a division of all values into two groups of these
 * sizes, drawn without looking, sets the groups at least as far apart. It takes the values of one group for as good as those of the other, and no
 * distribution for granted. All divisions are gone through where there are not too many, else a fixed number of random ones.
 */
final class PermutationTest {
  private static final int MOST_DIVISIONS = 200_000;
  private static final long SEED = 0x5eed;

  private PermutationTest() {}

  /** The probability, above 0 and at most 1. Neither sample is empty. */
  static double p(double[] base, double[] changed) {
    int[] ranks = ranks(base, changed);
    int total = Arrays.stream(ranks).sum();
    int n = base.length;
    long observed = distance(Arrays.stream(ranks, 0, n).sum(), n, total, ranks.length);
    return divisions(ranks.length, n) <= MOST_DIVISIONS ? exact(ranks, n, total, observed) : drawn(ranks, n, total, observed);
  }

  /** The least that {@link #p} can be for samples of such sizes. */
  static double least(int base, int changed) {
    double divisions = divisions(base + changed, base);
    return Math.min(1, (base == changed ? 2 : 1) / divisions);
  }

  /** How many ways there are to take n of all. */
  private static double divisions(int all, int n) {
    double ways = 1;
    for (int i = 1; i <= Math.min(n, all - n); i++) {
      ways = ways * (all - Math.min(n, all - n) + i) / i;
    }
    return ways;
  }

  /** Twice the rank of each value among all, first those of the base; equal values share theirs. */
  private static int[] ranks(double[] base, double[] changed) {
    double[] all = Arrays.copyOf(base, base.length + changed.length);
    System.arraycopy(changed, 0, all, base.length, changed.length);
    return Arrays.stream(all)
        .mapToInt(value -> {
          int below = (int) Arrays.stream(all).filter(other -> other < value).count();
          int equal = (int) Arrays.stream(all).filter(other -> other == value).count();
          return 2 * below + equal + 1;
        })
        .toArray();
  }

  /** How far a group's ranks are from what its size lets expect, times the number of all. */
  private static long distance(long sum, int n, int total, int all) {
    return Math.abs(sum * all - (long) total * n);
  }

  private static double exact(int[] ranks, int n, int total, long observed) {
    long[] counts = new long[2]; // as far apart, and all
    choose(ranks, 0, n, 0, sum -> {
      counts[1]++;
      counts[0] += distance(sum, n, total, ranks.length) >= observed ? 1 : 0;
    });
    return (double) counts[0] / counts[1];
  }

  private interface Sums {
    void take(long sum);
  }

  private static void choose(int[] ranks, int from, int left, long sum, Sums sums) {
    if (left == 0) {
      sums.take(sum);
      return;
    }
    for (int i = from; i <= ranks.length - left; i++) {
      choose(ranks, i + 1, left - 1, sum + ranks[i], sums);
    }
  }

  private static double drawn(int[] ranks, int n, int total, long observed) {
    Random random = new Random(SEED);
    int[] shuffled = ranks.clone();
    int asFar = 1; // the one that was seen
    for (int draw = 0; draw < MOST_DIVISIONS; draw++) {
      long sum = 0;
      for (int i = 0; i < n; i++) {
        int at = i + random.nextInt(shuffled.length - i);
        int rank = shuffled[at];
        shuffled[at] = shuffled[i];
        shuffled[i] = rank;
        sum += rank;
      }
      asFar += distance(sum, n, total, ranks.length) >= observed ? 1 : 0;
    }
    return (double) asFar / (MOST_DIVISIONS + 1);
  }
}
