package io.vmatrace.checker.conform;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A set of states that were reached by the same events, and where further events lead from it, as far as that was asked. */
final class KnownStates {
  private static final int FEWEST = 4;

  /** The states' words, one state after the other, in an order of their own. */
  final long[] states;

  private final int hash;
  private long[] symbols = new long[FEWEST];
  private @Nullable KnownStates[] next = new @Nullable KnownStates[FEWEST];
  private int known;

  /** Slots whose task is outside of everything in all states, a bit for each. */
  int idle;

  /** Whether every state needs a task outside the capture. */
  boolean charged;

  /** By slot: how a look-up may end, as a mask of points' ordinals; -1 where nobody has asked. */
  final int[] outcomes;

  /** Which states can be reached without an event; null where nobody has asked. */
  @Nullable States closure;

  KnownStates(long[] states, int slots) {
    this.states = states;
    hash = Arrays.hashCode(states);
    outcomes = new int[slots];
    Arrays.fill(outcomes, -1);
  }

  boolean isEmpty() {
    return states.length == 0;
  }

  /** Where a symbol leads, or null where nobody has asked. */
  @Nullable KnownStates next(long symbol) {
    for (int i = place(symbol, symbols.length); ; i = i + 1 & symbols.length - 1) {
      KnownStates to = next[i];
      if (to == null || symbols[i] == symbol) {
        return to;
      }
    }
  }

  void leadsTo(long symbol, KnownStates to) {
    if (++known * 2 > symbols.length) {
      long[] old = symbols;
      @Nullable KnownStates[] oldNext = next;
      symbols = new long[old.length * 2];
      next = new @Nullable KnownStates[old.length * 2];
      for (int i = 0; i < old.length; i++) {
        KnownStates of = oldNext[i];
        if (of != null) {
          put(old[i], of);
        }
      }
    }
    put(symbol, to);
  }

  private void put(long symbol, KnownStates to) {
    int i = place(symbol, symbols.length);
    while (next[i] != null) {
      i = i + 1 & symbols.length - 1;
    }
    symbols[i] = symbol;
    next[i] = to;
  }

  private static int place(long symbol, int size) {
    long mixed = symbol * 0x9E3779B97F4A7C15L;
    return (int) (mixed >>> 40) & size - 1;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof KnownStates set && Arrays.equals(states, set.states);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
