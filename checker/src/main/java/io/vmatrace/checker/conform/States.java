package io.vmatrace.checker.conform;

import java.util.Arrays;

/** States that are collected, each once. */
final class States {
  private static final int FEWEST = 64;

  private final int words;
  private long[] flat;
  private int[] index;
  private int size;

  States(int words) {
    this.words = words;
    flat = new long[FEWEST * words];
    index = new int[2 * FEWEST];
  }

  int size() {
    return size;
  }

  /** Copies a state out. */
  void get(int at, long[] into) {
    System.arraycopy(flat, at * words, into, 0, words);
  }

  void add(long[] state) {
    if (size * 2 >= index.length) {
      grow();
    }
    int place = hash(state, 0) & index.length - 1;
    while (index[place] != 0) {
      int at = (index[place] - 1) * words;
      if (Arrays.equals(flat, at, at + words, state, 0, words)) {
        return;
      }
      place = place + 1 & index.length - 1;
    }
    System.arraycopy(state, 0, flat, size * words, words);
    index[place] = ++size;
  }

  private void grow() {
    flat = Arrays.copyOf(flat, flat.length * 2);
    index = new int[index.length * 2];
    for (int i = 0; i < size; i++) {
      int place = hash(flat, i * words) & index.length - 1;
      while (index[place] != 0) {
        place = place + 1 & index.length - 1;
      }
      index[place] = i + 1;
    }
  }

  private int hash(long[] of, int from) {
    long hash = 0;
    for (int i = 0; i < words; i++) {
      hash = (hash ^ of[from + i]) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 29;
    }
    return (int) (hash >>> 32) ^ (int) hash;
  }

  /** All of them, in an order that is always the same. */
  long[] sorted() {
    long[][] rows = new long[size][];
    for (int i = 0; i < size; i++) {
      rows[i] = Arrays.copyOfRange(flat, i * words, (i + 1) * words);
    }
    Arrays.sort(rows, Arrays::compare);
    long[] sorted = new long[size * words];
    for (int i = 0; i < size; i++) {
      System.arraycopy(rows[i], 0, sorted, i * words, words);
    }
    return sorted;
  }
}
