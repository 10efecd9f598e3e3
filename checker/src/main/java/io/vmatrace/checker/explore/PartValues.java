package io.vmatrace.checker.explore;

import java.util.Arrays;
import java.util.stream.IntStream;

/** The values that one part of a state has had, each once, numbered from 0 in the order in which they came. */
final class PartValues {
  /** The words of a state in which the part has bits, and which. */
  private final int[] words;

  private final long[] bits;

  /** A value of the part after the other. */
  private long[] values;

  /** By hash, with open addressing: the number of a value + 1. */
  private int[] slots = new int[32];

  private int size;

  /** @param of the part's bits in each word of a state */
  PartValues(long[] of) {
    words = IntStream.range(0, of.length).filter(word -> of[word] != 0).toArray();
    bits = Arrays.stream(words).mapToLong(word -> of[word]).toArray();
    values = new long[16 * words.length];
  }

  int size() {
    return size;
  }

  /** The bits in which a state that is at a place has another value; 0 if it has this one. */
  long differs(int number, long[] states, int at) {
    long differs = 0;
    for (int i = 0, value = number * words.length; i < words.length; i++) {
      differs |= (states[at + words[i]] ^ values[value + i]) & bits[i];
    }
    return differs;
  }

  /** Puts a value in the place of the one that a state has. */
  void put(int number, long[] state) {
    for (int i = 0, value = number * words.length; i < words.length; i++) {
      state[words[i]] = state[words[i]] & ~bits[i] | values[value + i];
    }
  }

  /** The number of the value that a state has that is at a place. */
  int number(long[] states, int at) {
    int mask = slots.length - 1;
    int slot = hash(states, at) & mask;
    while (slots[slot] != 0) {
      if (differs(slots[slot] - 1, states, at) == 0) {
        return slots[slot] - 1;
      }
      slot = slot + 1 & mask;
    }
    if ((size + 1) * words.length > values.length) {
      values = Arrays.copyOf(values, values.length * 2);
    }
    for (int i = 0; i < words.length; i++) {
      values[size * words.length + i] = states[at + words[i]] & bits[i];
    }
    slots[slot] = ++size;
    if (size * 2 > slots.length) {
      grow(at + words[words.length - 1] + 1);
    }
    return size - 1;
  }

  private void grow(int stateWords) {
    slots = new int[slots.length * 2];
    int mask = slots.length - 1;
    long[] state = new long[stateWords];
    for (int number = 0; number < size; number++) {
      put(number, state);
      int slot = hash(state, 0) & mask;
      while (slots[slot] != 0) {
        slot = slot + 1 & mask;
      }
      slots[slot] = number + 1;
    }
  }

  private int hash(long[] states, int at) {
    long hash = 0;
    for (int i = 0; i < words.length; i++) {
      hash = StateSet.mix(hash ^ states[at + words[i]] & bits[i]);
    }
    return (int) hash;
  }
}
