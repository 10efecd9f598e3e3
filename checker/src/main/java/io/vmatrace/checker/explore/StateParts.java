package io.vmatrace.checker.explore;

import io.vmatrace.checker.steps.StateField.Owner;
import io.vmatrace.checker.steps.StateLayout;
import java.util.Arrays;

/**
 * What each task has of its own is a part of a state, and what all share is one. Millions of states are made of a few thousand values of their parts, so
 * these are kept once and numbered, and the numbers take a word where a state takes up to nine.
 */
final class StateParts {
  /** The tasks' parts, in their order, and the shared one. */
  private final PartValues[] parts;

  /** A state whose numbers are known: others differ from it in few parts. */
  private final long[] known;

  private final int[] numbersOfKnown;

  /** Those of the state that was asked for last. */
  private final int[] numbers;

  private PartKeys keys;

  StateParts(StateLayout layout) {
    int tasks = layout.count(Owner.TASK);
    parts = new PartValues[tasks + 1];
    long[] shared = new long[layout.words()];
    Arrays.fill(shared, -1);
    for (int task = 0; task < tasks; task++) {
      long[] own = layout.ofTask(task);
      parts[task] = new PartValues(own);
      Arrays.setAll(shared, word -> shared[word] & ~own[word]);
    }
    parts[tasks] = new PartValues(shared);
    known = new long[layout.words()];
    numbersOfKnown = new int[parts.length];
    numbers = new int[parts.length];
    for (PartValues part : parts) {
      part.number(known, 0); // the first, and so 0
    }
    keys = new PartKeys(sizes());
  }

  /** How many values each part has had. */
  private int[] sizes() {
    return Arrays.stream(parts).mapToInt(PartValues::size).toArray();
  }

  /** How many words the numbers of a state take. */
  int words() {
    return keys.words();
  }

  /** Numbers the parts of a state that is at a place; false if keys have no room for them. */
  boolean number(long[] states, int at) {
    for (int part = 0; part < parts.length; part++) {
      int number = numbersOfKnown[part];
      numbers[part] = parts[part].differs(number, states, at) == 0 ? number : parts[part].number(states, at);
    }
    return keys.haveRoom(numbers);
  }

  /** Writes those numbers as the key at a place. */
  void write(long[] to, int at) {
    keys.write(numbers, to, at);
  }

  /** Whether a key is that of a state that is at a place. */
  boolean isOf(long[] of, int key, long[] states, int at) {
    keys.read(of, key, numbers);
    long differs = 0;
    for (int part = 0; part < parts.length; part++) {
      differs |= parts[part].differs(numbers[part], states, at);
    }
    return differs == 0;
  }

  /** The state that has a key: not to be changed, and only until the next one is asked for. */
  long[] state(long[] of, int key) {
    keys.read(of, key, numbers);
    for (int part = 0; part < parts.length; part++) {
      if (numbers[part] != numbersOfKnown[part]) {
        parts[part].put(numbers[part], known);
        numbersOfKnown[part] = numbers[part];
      }
    }
    return known;
  }

  /** Makes keys wide enough for all numbers that there are now: those that were written are written anew. */
  Rewriting widen() {
    PartKeys narrow = keys;
    keys = new PartKeys(sizes());
    return (from, at, to, toAt) -> {
      narrow.read(from, at, numbers);
      keys.write(numbers, to, toAt);
    };
  }

  /** Writes a key that is at a place as it is to be from now on. */
  interface Rewriting {
    void key(long[] from, int at, long[] to, int toAt);
  }
}
