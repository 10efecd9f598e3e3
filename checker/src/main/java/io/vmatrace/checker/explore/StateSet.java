package io.vmatrace.checker.explore;

import io.vmatrace.checker.steps.StateLayout;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * States that were met, each with the state and the move that led to it first. Open addressing. What leads on from one state is looked up together, so that
 * the memory answers for all of it at once.
 */
final class StateSet implements FairCycles.Tree {
  /** So many states, as a power of two, are in one piece of the memory: none is ever copied, but where its key becomes wider. */
  private static final int PIECE_BITS = 13;

  private static final int PIECE = 1 << PIECE_BITS;

  /** More than a task has choices. */
  static final int CHOICES = 16;

  /** A slot has the number of a state + 1, and above it some bits of the state's hash: few others are looked at in vain. */
  private static final int NUMBER_BITS = 28;

  private static final int NUMBER = (1 << NUMBER_BITS) - 1;

  /** From so many on slots are filled to three quarters, and else to a half, which is faster. */
  private static final int MANY_SLOTS = 1 << 20;

  /** Odd, and without a pattern: 2 to the 64 by the golden ratio. */
  private static final long FACTOR = 0x9E3779B97F4A7C15L;

  private final int words;

  /** What each word is multiplied by for the hash. */
  private final long[] factors;

  /** States of more words than so are kept as the numbers of their parts: that takes less memory, and more time. */
  private static final int MOST_WORDS = 4;

  private final @Nullable StateParts parts;

  /** What is kept of a state has so many words. */
  private int keyWords;

  private long[][] states = new long[16][];
  private int[][] parents = new int[16][];
  private byte[][] moves = new byte[16][];
  private int[] slots = new int[1 << 12];
  private int size;

  /** States that wait to be looked up: their words, their moves and hashes, and where each was found or put. */
  private long[] waiting;

  private int[] waitingMoves = new int[16];
  private int[] hashes = new int[16];
  private int[] found = new int[16];
  private int count;

  StateSet(StateLayout layout) {
    words = layout.words();
    factors = LongStream.iterate(FACTOR, factor -> factor * FACTOR).limit(words).toArray();
    parts = words > MOST_WORDS ? new StateParts(layout) : null;
    keyWords = parts == null ? words : parts.words();
    waiting = new long[16 * words];
  }

  int size() {
    return size;
  }

  /** Copies a state. */
  void get(int index, long[] to) {
    if (parts == null) {
      System.arraycopy(states[index >> PIECE_BITS], key(index), to, 0, words);
    } else {
      System.arraycopy(parts.state(states[index >> PIECE_BITS], key(index)), 0, to, 0, words);
    }
  }

  /** Where a state is in its piece. */
  private int key(int index) {
    return (index & PIECE - 1) * keyWords;
  }

  /** The state from which it was met first, or -1. */
  @Override
  public int parent(int index) {
    return parents[index >> PIECE_BITS][index & PIECE - 1];
  }

  /** Which task made which choice then: task * {@link #CHOICES} + choice. */
  int move(int index) {
    return moves[index >> PIECE_BITS][index & PIECE - 1] & 0xff;
  }

  @Override
  public int task(int index) {
    return move(index) / CHOICES;
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
    int tag = hashes[i] & ~NUMBER;
    int slot = hashes[i] & mask;
    while (slots[slot] != 0) {
      int index = (slots[slot] & NUMBER) - 1;
      if ((slots[slot] & ~NUMBER) == tag && isAt(index, i * words)) {
        return index;
      }
      slot = slot + 1 & mask;
    }
    put(i, parent);
    slots[slot] = tag | ++size;
    if (size > slots.length / 4 * (slots.length < MANY_SLOTS ? 2 : 3)) {
      grow();
    }
    return size - 1;
  }

  private void put(int i, int parent) {
    if (parts != null && !parts.number(waiting, i * words)) {
      widen(parts);
      parts.number(waiting, i * words);
    }
    int piece = size >> PIECE_BITS;
    int in = size & PIECE - 1;
    if (in == 0) {
      begin(piece);
    }
    if (parts == null) {
      System.arraycopy(waiting, i * words, states[piece], in * words, words);
    } else {
      parts.write(states[piece], in * keyWords);
    }
    parents[piece][in] = parent;
    moves[piece][in] = (byte) waitingMoves[i];
  }

  private void begin(int piece) {
    if (piece == states.length) {
      states = Arrays.copyOf(states, piece * 2);
      parents = Arrays.copyOf(parents, piece * 2);
      moves = Arrays.copyOf(moves, piece * 2);
    }
    states[piece] = new long[PIECE * keyWords];
    parents[piece] = new int[PIECE];
    moves[piece] = new byte[PIECE];
  }

  private boolean isAt(int index, int from) {
    long[] piece = states[index >> PIECE_BITS];
    int begin = key(index);
    if (parts != null) {
      return parts.isOf(piece, begin, waiting, from);
    }
    for (int word = 0; word < words; word++) {
      if (piece[begin + word] != waiting[from + word]) {
        return false;
      }
    }
    return true;
  }

  /** Writes all keys anew, where a part has had more values than its numbers have room for. */
  private void widen(StateParts of) {
    int before = keyWords;
    StateParts.Rewriting rewriting = of.widen();
    keyWords = of.words();
    for (int index = 0; index < size; index += PIECE) {
      long[] narrow = states[index >> PIECE_BITS];
      long[] wide = new long[PIECE * keyWords];
      for (int in = 0; in < Math.min(PIECE, size - index); in++) {
        rewriting.key(narrow, in * before, wide, in * keyWords);
      }
      states[index >> PIECE_BITS] = wide;
    }
  }

  private void grow() {
    slots = new int[slots.length * 2];
    int[] some = new int[PIECE];
    long[] state = new long[words];
    for (int index = 0; index < size; index += PIECE) {
      int in = Math.min(PIECE, size - index);
      for (int i = 0; i < in; i++) {
        get(index + i, state);
        some[i] = hash(state, 0);
      }
      for (int i = 0; i < in; i++) {
        fill(some[i], index + i);
      }
    }
  }

  private void fill(int hash, int index) {
    int mask = slots.length - 1;
    int slot = hash & mask;
    while (slots[slot] != 0) {
      slot = slot + 1 & mask;
    }
    slots[slot] = hash & ~NUMBER | index + 1;
  }

  private int hash(long[] of, int from) {
    long hash = 0;
    for (int word = 0; word < words; word++) {
      hash += of[from + word] * factors[word];
    }
    return (int) mix(hash);
  }

  /** Spreads each bit over those that are below it too. */
  static long mix(long value) {
    long product = value * FACTOR;
    return product ^ product >>> 29 ^ product >>> 47;
  }
}
