package io.vmatrace.checker.picture;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import java.util.Arrays;

/**
 * vm_refcnt of VMAs as probes read it, in a bounded number: of equal values that follow one another only the first is kept; where there are
 * more than the bound, of those that lie close together the highest.
 */
final class Counters {
  private static final int MOST = 300_000;

  private final Numbering numbering;
  private long[] times = new long[1 << 10];
  private int[] vmas = new int[1 << 10];
  private int[] values = new int[1 << 10];

  /** The last value of each VMA, and where it is; by its number. */
  private int[] lastAt = new int[1 << 10];

  private int size;
  private long added;
  private long grain;
  private long readAt;

  Counters(Numbering numbering) {
    this.numbering = numbering;
    Arrays.fill(lastAt, -1);
  }

  void accept(Step step) {
    VmaState vma = step.vma();
    if (vma == null || !step.sample().hasRefcnt() || step.moment().at() == readAt) {
      return;
    }
    readAt = step.moment().at(); // an event may be several steps
    added++;
    int number = numbering.vma(vma);
    if (number == 0) {
      return;
    }
    put(step.moment().time(), number, step.sample().refcnt());
  }

  private void put(long time, int vma, int value) {
    int last = vma < lastAt.length ? lastAt[vma] : -1;
    if (last >= 0 && values[last] == value) {
      return;
    }
    if (last >= 0 && grain > 0 && time - times[last] < grain) {
      if (Integer.compareUnsigned(value, values[last]) > 0) {
        values[last] = value;
      }
      return;
    }
    if (size == MOST) {
      thin();
    }
    if (size == times.length) {
      times = Arrays.copyOf(times, size * 2);
      vmas = Arrays.copyOf(vmas, size * 2);
      values = Arrays.copyOf(values, size * 2);
    }
    if (vma >= lastAt.length) {
      int n = lastAt.length;
      lastAt = Arrays.copyOf(lastAt, Math.max(vma + 1, n * 2));
      Arrays.fill(lastAt, n, lastAt.length, -1);
    }
    times[size] = time;
    vmas[size] = vma;
    values[size] = value;
    lastAt[vma] = size++;
  }

  /** Lets the grain grow until a quarter of the room is free, or every VMA has one value only. */
  private void thin() {
    long span = Math.max(1, times[size - 1] - times[0]);
    do {
      grain = grain == 0 ? Math.max(1, span / MOST) : grain * 2;
      int n = size;
      size = 0;
      Arrays.fill(lastAt, -1);
      for (int i = 0; i < n; i++) {
        put(times[i], vmas[i], values[i]);
      }
    } while (size > MOST - MOST / 4 && grain <= span);
    if (size > MOST - MOST / 4) { // so many VMAs: the oldest go
      int kept = MOST / 2;
      int from = size - kept;
      System.arraycopy(times, from, times, 0, kept);
      System.arraycopy(vmas, from, vmas, 0, kept);
      System.arraycopy(values, from, values, 0, kept);
      size = kept;
      Arrays.fill(lastAt, -1);
      for (int i = 0; i < size; i++) {
        lastAt[vmas[i]] = i;
      }
    }
  }

  int size() {
    return size;
  }

  /** How many values were read. */
  long added() {
    return added;
  }

  /** Values closer than this may be left out; 0 where none is. */
  long grain() {
    return grain;
  }

  long time(int i) {
    return times[i];
  }

  int vma(int i) {
    return vmas[i];
  }

  int value(int i) {
    return values[i];
  }
}
