package io.vmatrace.checker.steps;

import io.vmatrace.checker.steps.StateField.Owner;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Where each field of a state is in its words. No field crosses from one word to the next; one that no step uses, or a register that a task's program
 * does not use, has no place, and is 0.
 */
public final class StateLayout {
  /**
   * How many there are of each.
   *
   * @param pages of each mm
   * @param code how long the longest program of a task is
   */
  public record Sizes(int mms, int pages, int vmas, int tasks, int code) {}

  private static final int WORD = Long.SIZE;
  private static final int LONGEST = 1023;

  /** How many there are of each. */
  private final int[] counts = new int[Owner.values().length];

  private final int pages;

  /** Above them is how many bits the field has; below, word * 64 + shift. */
  private static final int WIDTH = 16;

  /** By field and object: its width, word and shift. */
  private final int[][] places = new int[StateField.values().length][];

  private final Set<StateField> used;
  private final int words;

  /** One with every field. */
  public StateLayout(int mms, int pages, int vmas, int tasks) {
    this(new Sizes(mms, pages, vmas, tasks, LONGEST), EnumSet.allOf(StateField.class));
  }

  /**
   * A layout in which each task has all registers.
   *
   * @param used the fields that steps use
   * @throws IllegalArgumentException where a field of the state has no room for so many
   */
  public StateLayout(Sizes sizes, Set<StateField> used) {
    this(sizes, used, Collections.nCopies(sizes.tasks, used));
  }

  /**
   * A layout for so many of each.
   *
   * @param used the fields that steps use
   * @param byTask those that each task's program uses
   * @throws IllegalArgumentException where a field of the state has no room for so many
   */
  public StateLayout(Sizes sizes, Set<StateField> used, List<Set<StateField>> byTask) {
    this.used = EnumSet.copyOf(used);
    int mms = sizes.mms;
    int vmas = sizes.vmas;
    int tasks = sizes.tasks;
    pages = sizes.pages;
    if (mms < 1 || mms > 3 || pages < 1 || pages > 15 || vmas < 1 || vmas > 12 || tasks < 1 || tasks > 6) {
      throw new IllegalArgumentException("1 to 3 mms, 1 to 15 pages, 1 to 12 VMAs and 1 to 6 tasks, not %d, %d, %d and %d".formatted(mms, pages, vmas, tasks));
    }
    counts[Owner.MM.ordinal()] = mms;
    counts[Owner.PAGE.ordinal()] = mms * pages;
    counts[Owner.VMA.ordinal()] = vmas;
    counts[Owner.TASK.ordinal()] = tasks;
    int[] bits = new int[places.length];
    for (StateField field : used) {
      bits[field.ordinal()] = field.bits(sizes);
    }
    int[] taken = new int[64];
    List<StateField> widestFirst = Arrays.stream(StateField.values()).sorted(Comparator.comparingInt((StateField f) -> -bits[f.ordinal()])).toList();
    int most = 0;
    for (StateField field : widestFirst) {
      int width = bits[field.ordinal()];
      int[] of = new int[counts[field.owner.ordinal()]];
      for (int i = 0; i < of.length && width > 0; i++) {
        if (field.isRegister() && !byTask.get(i).contains(field)) {
          continue;
        }
        int word = 0;
        while (taken[word] + width > WORD) {
          word++;
        }
        of[i] = width << WIDTH | word * WORD + taken[word];
        taken[word] += width;
        most = Math.max(most, word);
      }
      places[field.ordinal()] = of;
    }
    words = most + 1;
  }

  /** How many words a state has. */
  public int words() {
    return words;
  }

  /** How many objects of a sort there are; pages of all mms. */
  public int count(Owner owner) {
    return counts[owner.ordinal()];
  }

  /** The number of a page of an mm among all. */
  public int page(int mm, int page) {
    return mm * pages + page;
  }

  /** How many pages an mm has. */
  public int pages() {
    return pages;
  }

  /** Whether a field has a place. */
  public boolean has(StateField field) {
    return used.contains(field);
  }

  /** What is left of the words of a state where some fields of an object are emptied. */
  long[] without(Set<StateField> fields, int object) {
    long[] left = new long[words];
    Arrays.fill(left, -1);
    for (StateField field : fields) {
      int place = places[field.ordinal()][object];
      left[word(place)] &= ~(mask(place) << place);
    }
    return left;
  }

  /** The bits of a state's words that are a task's own. */
  public long[] ofTask(int task) {
    Set<StateField> own = EnumSet.copyOf(used);
    own.removeIf(field -> field.owner() != Owner.TASK);
    return Arrays.stream(without(own, task)).map(left -> ~left).toArray();
  }

  /** The value of a field. */
  public int get(long[] state, StateField field, int object) {
    int place = places[field.ordinal()][object];
    return (int) (state[word(place)] >>> place & mask(place));
  }

  private static int word(int place) {
    return place >> 6 & (1 << WIDTH - 6) - 1;
  }

  private static long mask(int place) {
    return (1L << (place >>> WIDTH)) - 1;
  }

  /** Sets a field; a value that it has no room for is an error of the model. */
  public void set(long[] state, StateField field, int object, int value) {
    int place = places[field.ordinal()][object];
    long mask = mask(place);
    if ((value & ~mask) != 0) {
      throw new IllegalStateException("%s has no room for %d".formatted(field, value));
    }
    int word = word(place);
    state[word] = state[word] & ~(mask << place) | (long) value << place;
  }
}
