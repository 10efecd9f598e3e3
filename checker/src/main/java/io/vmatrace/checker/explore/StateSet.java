package io.vmatrace.checker.explore;

import java.util.Arrays;

/**
 * States that were met, each with the state and the move that led to it first. Open addressing; a state is its words, one after the other. What leads on
 * from one state is looked up together, so that the memory answers for all of it at once.
 */
final class StateSet {
  /** So many states, as a power of two, are in one piece of the memory: none is ever copied. */
  private static final int PIECE_BITS = 13;

  private static final int PIECE = 1 << PIECE_BITS;

  private final int words;
  private long[][] states = new long[16][];
  private int[][] parents = new int[16][];
  private byte[][] moves = new byte[16][];
  private int[] slots = new int[1 << 12];
  private int size;

  /** States that wait to be looked up: their words, their moves, the slot of each, and where it was found or put. */
  private long[] waiting;

  private int[] waitingMoves = new int[16];
  private int[] hashes = new int[16];
  private int[] found = new int[16];
  private int count;

  StateSet(int words) {
    this.words = words;
    waiting = new long[16 * words];
  }

  int size() {
    return size;
  }

  /** Copies a state. */
  void get(int index, long[] to) {
    System.arraycopy(states[index >> PIECE_BITS], (index & PIECE - 1) * words, to, 0, words);
  }

  /** The state from which it was met first, or -1. */
  int parent(int index) {
    return parents[index >> PIECE_BITS][index & PIECE - 1];
  }

  /** Which task made which choice then: task * 16 + choice. */
  int move(int index) {
    return moves[index >> PIECE_BITS][index & PIECE - 1] & 0xff;
  }

  /** Keeps a copy of a state for {@link #add}. */
  void offer(long[] state, int move) {
    if (count == found.length) {
      waiting = Arrays.copyOf(waiting, waiting.length * 2);
      waitingMoves = Arrays.copyOf(waitingMoves, count * 2);
      hashes = Arrays.copyOf(hashes, count * 2);
      found = Arrays.copyOf(found, count * 2);
    }
    System.arraycopy(state, 0, waiting, count * words, words);
    waitingMoves[count++] = move;
  }

  /** Adds what was offered since, in that order, but for what is there; how many there were. */
  int add(int parent) {
    int mask = slots.length - 1;
    for (int i = 0; i < count; i++) {
      hashes[i] = hash(waiting, i * words);
      found[i] = slots[hashes[i] & mask]; // so that all of these are on their way before the first is wanted
    }
    for (int i = 0; i < count; i++) {
      found[i] = add(i, parent);
    }
    int added = count;
    count = 0;
    return added;
  }

  /** Where the state is that was offered as the {@code i}-th, from 0. */
  int at(int i) {
    return found[i];
  }

  /** Its move. */
  int offered(int i) {
    return waitingMoves[i];
  }

  private int add(int i, int parent) {
    int mask = slots.length - 1;
    int slot = hashes[i] & mask;
    while (slots[slot] != 0) {
      if (isAt(slots[slot] - 1, i * words)) {
        return slots[slot] - 1;
      }
      slot = slot + 1 & mask;
    }
    int piece = size >> PIECE_BITS;
    int in = size & PIECE - 1;
    if (in == 0) {
      begin(piece);
    }
    System.arraycopy(waiting, i * words, states[piece], in * words, words);
    parents[piece][in] = parent;
    moves[piece][in] = (byte) waitingMoves[i];
    slots[slot] = ++size;
    if (size * 2 > slots.length) {
      grow();
    }
    return size - 1;
  }

  private void begin(int piece) {
    if (piece == states.length) {
      states = Arrays.copyOf(states, piece * 2);
      parents = Arrays.copyOf(parents, piece * 2);
      moves = Arrays.copyOf(moves, piece * 2);
    }
    states[piece] = new long[PIECE * words];
    parents[piece] = new int[PIECE];
    moves[piece] = new byte[PIECE];
  }

  private boolean isAt(int index, int from) {
    long[] piece = states[index >> PIECE_BITS];
    int begin = (index & PIECE - 1) * words;
    for (int word = 0; word < words; word++) {
      if (piece[begin + word] != waiting[from + word]) {
        return false;
      }
    }
    return true;
  }

  private void grow() {
    slots = new int[slots.length * 2];
    int mask = slots.length - 1;
    for (int i = 0; i < size; i++) {
      int slot = hash(states[i >> PIECE_BITS], (i & PIECE - 1) * words) & mask;
      while (slots[slot] != 0) {
        slot = slot + 1 & mask;
      }
      slots[slot] = i + 1;
    }
  }

  private int hash(long[] of, int from) {
    long hash = 0;
    for (int word = from; word < from + words; word++) {
      hash = (hash ^ of[word]) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 29;
    }
    return (int) (hash ^ hash >>> 32);
  }
}
