package io.vmatrace.checker.picture;

import io.vmatrace.checker.mm.FaultPath;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Page faults counted by address and time, and by their path: in columns of time and rows of addresses that become twice as wide when there are
 * too many.
 */
final class FaultGrid {
  static final int COLUMNS = 512;
  private static final int MOST_ROWS = 2048;
  private static final int PATHS = FaultPath.values().length;

  /** By the row's number (address shifted): counts by column and path. */
  private TreeMap<Long, int[]> rows = new TreeMap<>(Long::compareUnsigned);

  /** A row has 2^this bytes of addresses: 64 kB at first. */
  private int rowShift = 16;

  private long first = Long.MIN_VALUE;
  private long width = 1;

  /** A fault, in the order of time but for some. */
  void add(long time, long address, FaultPath path) {
    if (first == Long.MIN_VALUE) {
      first = time;
    }
    while ((time - first) / width >= COLUMNS) {
      widen();
    }
    int column = (int) Math.max(0, (time - first) / width);
    rows.computeIfAbsent(address >>> rowShift, _ -> new int[COLUMNS * PATHS])[column * PATHS + path.ordinal()]++;
    while (rows.size() > MOST_ROWS) {
      heighten();
    }
  }

  private void widen() {
    width *= 2;
    for (int[] row : rows.values()) {
      for (int c = 0; c < COLUMNS / 2; c++) {
        for (int p = 0; p < PATHS; p++) {
          row[c * PATHS + p] = row[2 * c * PATHS + p] + row[(2 * c + 1) * PATHS + p];
        }
      }
      Arrays.fill(row, COLUMNS / 2 * PATHS, row.length, 0);
    }
  }

  private void heighten() {
    rowShift++;
    TreeMap<Long, int[]> merged = new TreeMap<>(Long::compareUnsigned);
    rows.forEach((row, counts) -> merged.merge(row >>> 1, counts, (a, b) -> {
      for (int i = 0; i < a.length; i++) {
        a[i] += b[i];
      }
      return a;
    }));
    rows = merged;
  }

  /** Counts of each row by column and path, the lowest addresses first; a row's number, shifted by {@link #rowShift}, is its first address. */
  Map<Long, int[]> rows() {
    return rows;
  }

  int rowShift() {
    return rowShift;
  }

  /** When the first column begins. */
  long first() {
    return first;
  }

  /** How long a column is, in the capture's clock unit. */
  long width() {
    return width;
  }
}
