package io.vmatrace.checker.explore;

import java.util.Arrays;

/** States that were met, each with the state and the move that led to it first. Open addressing; a state is its words, one after the other. */
final class StateSet {
  private final int words;
  private long[] states;
  private int[] parents;
  private byte[] moves;
  private int[] slots;
  private int size;

  StateSet(int words) {
    this.words = words;
    states = new long[words << 10];
    parents = new int[1 << 10];
    moves = new byte[1 << 10];
    slots = new int[1 << 12];
  }

  int size() {
    return size;
  }

  /** Copies a state. */
  void get(int index, long[] to) {
    System.arraycopy(states, index * words, to, 0, words);
  }

  /** The state from which it was met first, or -1. */
  int parent(int index) {
    return parents[index];
  }

  /** Which task made which choice then: task * 16 + choice. */
  int move(int index) {
    return moves[index] & 0xff;
  }

  /** Adds a state, unless it is there; its place. */
  int add(long[] state, int parent, int move) {
    int mask = slots.length - 1;
    int slot = hash(state) & mask;
    while (slots[slot] != 0) {
      if (isAt(slots[slot] - 1, state)) {
        return slots[slot] - 1;
      }
      slot = slot + 1 & mask;
    }
    if (size == parents.length) {
      states = Arrays.copyOf(states, states.length * 2);
      parents = Arrays.copyOf(parents, parents.length * 2);
      moves = Arrays.copyOf(moves, moves.length * 2);
    }
    System.arraycopy(state, 0, states, size * words, words);
    parents[size] = parent;
    moves[size] = (byte) move;
    slots[slot] = ++size;
    if (size * 2 > slots.length) {
      grow();
    }
    return size - 1;
  }

  private boolean isAt(int index, long[] state) {
    int from = index * words;
    return Arrays.equals(states, from, from + words, state, 0, words);
  }

  private void grow() {
    slots = new int[slots.length * 2];
    int mask = slots.length - 1;
    long[] state = new long[words];
    for (int i = 0; i < size; i++) {
      get(i, state);
      int slot = hash(state) & mask;
      while (slots[slot] != 0) {
        slot = slot + 1 & mask;
      }
      slots[slot] = i + 1;
    }
  }

  private static int hash(long[] state) {
    long hash = 0;
    for (long word : state) {
      hash = (hash ^ word) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 29;
    }
    return (int) (hash ^ hash >>> 32);
  }
}
