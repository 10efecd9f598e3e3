package io.vmatrace.parser.text;

import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.stat.ImportStats;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Counts names that are not ours, without a String per line. */
public final class UnknownNames {
  private static final int SLOTS = 1 << 11;
  private static final int LONGEST = 80;

  /** With room for SLOTS once there is a name, which most captures have none of. */
  private byte[][] names = {};

  private long[] counts = {};
  private int used;
  private long others;

  public void count(byte[] b, int from, int to) {
    if (names.length == 0) {
      names = new byte[SLOTS][];
      counts = new long[SLOTS];
    }
    int end = Math.min(to, from + LONGEST);
    int hash = EventNames.hash(b, from, end);
    int slot = (hash ^ hash >>> 13) & (SLOTS - 1);
    while (names[slot] != null && !Arrays.equals(names[slot], 0, names[slot].length, b, from, end)) {
      slot = (slot + 1) & (SLOTS - 1);
    }
    if (names[slot] == null) {
      if (used >= ImportStats.MOST_NAMES) {
        others++;
        return;
      }
      used++;
      names[slot] = Arrays.copyOfRange(b, from, end);
    }
    counts[slot]++;
  }

  /** Hands the counts over and begins again at zero; the names stay known. */
  public void drainTo(ImportStats stats) {
    for (int slot = 0; slot < names.length && used > 0; slot++) {
      if (counts[slot] > 0) {
        stats.named(new String(names[slot], StandardCharsets.UTF_8), counts[slot]);
        counts[slot] = 0;
      }
    }
    if (others > 0) {
      stats.named(ImportStats.OTHER_NAMES, others);
      others = 0;
    }
  }
}
