package io.vmatrace.checker.picture;

import java.util.Arrays;
import org.eclipse.collections.impl.map.mutable.primitive.LongIntHashMap;

/**
 * Spans of time as columns, in a bounded number. Where there are more, short ones that lie in one grain of time and are alike become one, and the grain
 * grows until they fit; one that is longer than the grain is kept as it is.
 */
final class Spans {
  /** The order in which {@link #values} has what a span is: all but its times. */
  enum Column {
    KIND,
    TASK,
    MM,
    VMA,
    ADDRESS,
    DETAIL
  }

  private static final int COLUMNS = Column.values().length;

  /** A picture of the whole is not wider, in points: where a grain would be a point of it, spans are left out rather than joined any more. */
  private static final long FINEST_PICTURE = 1024;

  private final int most;

  /** Those columns on which it depends whether spans may become one. */
  private final Column[] same;

  private long[] begins = new long[1 << 10];
  private long[] ends = new long[1 << 10];
  private int[] counts = new int[1 << 10];
  private final long[][] values = new long[COLUMNS][1 << 10];
  private int size;
  private long added;
  private long grain;
  private long leftOut;

  /** The last span of each kind, task and mm. */
  private final LongIntHashMap last = new LongIntHashMap();

  /**
   * @param most how many are kept
   * @param same what has to be the same of spans that become one
   */
  Spans(int most, Column... same) {
    this.most = most;
    this.same = same;
  }

  /** The values of the next span, to be filled and given to {@link #add}. */
  static long[] blank() {
    return new long[COLUMNS];
  }

  /**
   * Adds a span.
   *
   * @param what its columns, which are copied
   */
  void add(long begin, long end, long[] what) {
    added++;
    if (grain > 0 && merged(begin, end, what, 1)) {
      return;
    }
    if (size == most) {
      thin();
    }
    put(begin, Math.max(begin, end), what, 1);
  }

  private boolean merged(long begin, long end, long[] what, int count) {
    int at = last.getIfAbsent(key(what), -1);
    if (at < 0 || !fits(at, begin, end) || !isSame(at, what)) {
      return false;
    }
    begins[at] = Math.min(begins[at], begin);
    ends[at] = Math.max(ends[at], end);
    counts[at] += count;
    return true;
  }

  private boolean fits(int at, long begin, long end) {
    return Math.max(ends[at], end) - Math.min(begins[at], begin) <= grain;
  }

  private boolean isSame(int at, long[] what) {
    for (Column column : same) {
      if (values[column.ordinal()][at] != what[column.ordinal()]) {
        return false;
      }
    }
    return true;
  }

  private void put(long begin, long end, long[] what, int count) {
    if (size == begins.length) {
      grow();
    }
    begins[size] = begin;
    ends[size] = end;
    counts[size] = count;
    for (int c = 0; c < COLUMNS; c++) {
      values[c][size] = what[c];
    }
    last.put(key(what), size++);
  }

  private void grow() {
    int n = size * 2;
    begins = Arrays.copyOf(begins, n);
    ends = Arrays.copyOf(ends, n);
    counts = Arrays.copyOf(counts, n);
    for (int c = 0; c < COLUMNS; c++) {
      values[c] = Arrays.copyOf(values[c], n);
    }
  }

  /** Lets the grain grow until a quarter of the room is free. */
  private void thin() {
    long span = Math.max(1, Arrays.stream(ends, 0, size).max().orElse(0) - Arrays.stream(begins, 0, size).min().orElse(0));
    grain = grain == 0 ? Math.max(1, span / most) : grain * 2;
    while (true) {
      gather();
      if (size > most - most / 4 && grain > span / FINEST_PICTURE) {
        leaveOutShort();
      }
      if (size <= most - most / 4) {
        return;
      }
      grain *= 2;
    }
  }

  /** Leaves out what is shorter than the grain: there is too much of it, and all of it is different. */
  private void leaveOutShort() {
    int n = size;
    size = 0;
    last.clear();
    long[] what = blank();
    for (int i = 0; i < n; i++) {
      if (ends[i] - begins[i] < grain) {
        leftOut += counts[i];
      } else {
        copy(i, what);
        put(begins[i], ends[i], what, counts[i]);
      }
    }
  }

  /** Makes spans one that the grain does not tell apart. */
  private void gather() {
    int n = size;
    size = 0;
    last.clear();
    long[] what = blank();
    for (int i = 0; i < n; i++) {
      copy(i, what);
      if (!merged(begins[i], ends[i], what, counts[i])) {
        put(begins[i], ends[i], what, counts[i]);
      }
    }
  }

  private void copy(int i, long[] what) {
    for (int c = 0; c < COLUMNS; c++) {
      what[c] = values[c][i];
    }
  }

  private long key(long[] what) {
    long key = 0;
    for (Column column : same) {
      key = key * 0x9e3779b97f4a7c15L + what[column.ordinal()];
      key ^= key >>> 29;
    }
    return key;
  }

  int size() {
    return size;
  }

  /** How many there would be if none had become one with others. */
  long added() {
    return added;
  }

  /** Spans shorter than this may stand for several; 0 where none does. */
  long grain() {
    return grain;
  }

  /** How many are not there because they were short and like no others. */
  long leftOut() {
    return leftOut;
  }

  long begin(int i) {
    return begins[i];
  }

  long end(int i) {
    return ends[i];
  }

  int count(int i) {
    return counts[i];
  }

  long value(Column column, int i) {
    return values[column.ordinal()][i];
  }

  /** The places of all spans by their begins, the earliest first; of equal ones in the order in which they were added. */
  int[] byBegin() {
    return ByTime.order(begins, size);
  }
}
