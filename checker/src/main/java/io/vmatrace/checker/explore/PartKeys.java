package io.vmatrace.checker.explore;

import java.util.Arrays;

/** Puts the numbers of a state's parts into as few words as hold them, with some room to grow. None crosses from one word to the next. */
final class PartKeys {
  private static final int MOST_SPARE = 2;

  /** No number has fewer bits: most parts have some hundred values. */
  private static final int LEAST_BITS = 7;

  private final int[] word;
  private final int[] shift;
  private final long[] mask;
  private final int words;

  /** @param sizes how many numbers each part needs at least; the last takes all that is left of its word */
  PartKeys(int[] sizes) {
    int parts = sizes.length;
    int[] bits = Arrays.stream(sizes).map(size -> Math.max(LEAST_BITS, Integer.SIZE - Integer.numberOfLeadingZeros(size))).toArray();
    int sum = Arrays.stream(bits).sum();
    int spare = sum > Long.SIZE ? MOST_SPARE : Math.min(MOST_SPARE, (Long.SIZE - sum) / parts);
    word = new int[parts];
    shift = new int[parts];
    mask = new long[parts];
    int taken = 0;
    int last = 0;
    for (int part = 0; part < parts; part++) {
      int width = bits[part] + spare;
      if (taken + width > Long.SIZE) {
        last++;
        taken = 0;
      }
      word[part] = last;
      shift[part] = taken;
      mask[part] = (1L << width) - 1;
      taken += width;
    }
    mask[parts - 1] = -1L >>> Math.max(1, shift[parts - 1]); // and never below 0
    words = last + 1;
  }

  /** How many words a key has. */
  int words() {
    return words;
  }

  /** Whether each number has room in its place. */
  boolean haveRoom(int[] numbers) {
    for (int part = 0; part < numbers.length; part++) {
      if (numbers[part] > mask[part]) {
        return false;
      }
    }
    return true;
  }

  /** Writes numbers as the key at a place. */
  void write(int[] numbers, long[] keys, int at) {
    long key = 0;
    int in = 0;
    for (int part = 0; part < numbers.length; part++) {
      if (word[part] != in) {
        keys[at + in++] = key;
        key = 0;
      }
      key |= (long) numbers[part] << shift[part];
    }
    keys[at + in] = key;
  }

  /** Reads the numbers of the key at a place. */
  void read(long[] keys, int at, int[] numbers) {
    for (int part = 0; part < numbers.length; part++) {
      numbers[part] = (int) (keys[at + word[part]] >>> shift[part] & mask[part]);
    }
  }
}
