package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import org.eclipse.collections.impl.map.mutable.primitive.IntObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * By how much the clock of one CPU may be ahead of another's, as far as the capture itself tells: holds of one mmap_lock of which one is a writer's
 * do not overlap, and mm_lock_seq only rises.
 */
final class ClockSkews {
  /** A microsecond, which is what most captures print; in nanoseconds. */
  private static final long UNIT = 1_000;

  /** A larger skew is not considered, in microseconds. */
  private static final int MOST = 64;

  /** So many of the last holds of an mm, and of the last readings of its mm_lock_seq, are compared with the next one. */
  private static final int KEPT = 8;

  private static final int MOST_CPUS = 1 << 10;

  /** So many contradictions of a pair are kept: a verdict has a part in few. */
  private static final int MOST_CONTRADICTIONS = 16;

  /** The last holds of an mm, and the last readings of its mm_lock_seq. */
  static final class OfMm {
    /** Empty as long as nothing has ended: a capture may have very many mms. */
    private @Nullable Hold[] holds = {};

    private @Nullable Readings mmSeq;
    private int newest;

    /** The place of the next hold: that of the oldest one, where as many are kept. */
    private Hold next() {
      if (holds.length == 0) {
        holds = new Hold[KEPT];
      }
      newest = newest + 1 & KEPT - 1;
      Hold hold = holds[newest];
      if (hold == null) {
        hold = new Hold();
        holds[newest] = hold;
      }
      return hold;
    }
  }

  /** The last readings of a value that only rises. */
  static final class Readings {
    private final @Nullable Reading[] last;
    private final @Nullable MmState mm;
    private int oldest;

    Readings(int kept, @Nullable MmState mm) {
      last = new Reading[kept];
      this.mm = mm;
    }

    /** Of which mm it is, or null where that is clear. */
    @Nullable MmState mm() {
      return mm;
    }
  }

  /** One that has ended; its place is used again. */
  private static final class Hold {
    private int cpu;
    private long from;
    private long to;
    private long fromAt;
    private long toAt;
    private boolean write;
  }

  /** Two intervals that cannot both be as their times are if the clocks agree, by the places of their first and last events. */
  private record Contradiction(boolean ofHolds, long fromAt, long toAt, long otherFromAt, long otherToAt) {
    boolean isAtAny(LongPredicate places) {
      return places.test(fromAt) || places.test(toAt) || places.test(otherFromAt) || places.test(otherToAt);
    }
  }

  /** A value, as long as no other one is read. */
  private static final class Reading {
    private final int cpu;
    private final int value;
    private final long first;
    private final long firstAt;
    private long last;
    private long lastAt;

    Reading(int value, Moment now) {
      this.value = value;
      cpu = now.cpu();
      first = now.time();
      firstAt = now.at();
      seen(now);
    }

    /** The same value is read again. */
    void seen(Moment now) {
      last = now.time();
      lastAt = now.at();
    }
  }

  /** What is known of two CPUs: for each microsecond by which the clock of the one with the higher number may be ahead, whether it is not. */
  private static final class Pair {
    private final boolean[] excluded = new boolean[2 * MOST];

    /** The first of what would not be there if the clocks agreed. */
    private final List<Contradiction> contradictions = new ArrayList<>();

    /** What was excluded last, with all that it touches. */
    private long from;

    private long to;

    /** The clock is not ahead by anything between the two, in nanoseconds, of which each may be a microsecond more or less. */
    void exclude(long from, long to) {
      if (from + UNIT > (this.from - 1) * UNIT && to - UNIT < (this.to + 1) * UNIT) {
        return; // as most are
      }
      long first = Math.max(-MOST, Math.ceilDiv(from + UNIT, UNIT));
      long last = Math.min(MOST, Math.floorDiv(to - UNIT, UNIT));
      if (first >= last) {
        return;
      }
      for (long skew = first; skew < last; skew++) {
        excluded[(int) skew + MOST] = true;
      }
      boolean touches = first <= this.to && last >= this.from;
      this.from = touches ? Math.min(first, this.from) : first;
      this.to = touches ? Math.max(last, this.to) : last;
    }

    /** Whether the capture contradicts itself with both clocks as they are, and would not with one of them ahead. */
    boolean isSkewed() {
      return (excluded[MOST] || excluded[MOST - 1]) && smallest() <= MOST * UNIT;
    }

    /** The largest that is left. */
    long largest() {
      int i = 2 * MOST;
      while (i > 0 && excluded[i - 1]) {
        i--;
      }
      return (i - MOST) * UNIT;
    }

    /** The smallest. */
    long smallest() {
      int i = 0;
      while (i < 2 * MOST && excluded[i]) {
        i++;
      }
      return i == 2 * MOST ? Long.MAX_VALUE : (i - MOST) * UNIT;
    }
  }

  private final IntObjectHashMap<Pair> pairs = new IntObjectHashMap<>();
  private @Nullable Pair last;
  private int lastKey;

  private static boolean isCpu(int cpu) {
    return cpu >= 0 && cpu < MOST_CPUS;
  }

  /** The clock of a CPU is not ahead of that of another by anything between the two; whether it does not agree with that either. */
  private boolean exclude(int cpu, int other, long from, long to) {
    if (from >= MOST * UNIT || to <= -MOST * UNIT) {
      return false; // it says nothing
    }
    if (from > -MOST * UNIT || to < MOST * UNIT) {
      Pair pair = pair(cpu, other);
      if (cpu > other) {
        pair.exclude(from, to);
      } else {
        pair.exclude(to == Long.MAX_VALUE ? Long.MIN_VALUE + UNIT : -to, -from);
      }
    }
    return from <= -UNIT && to >= UNIT && (to == Long.MAX_VALUE || to - from >= 3 * UNIT);
  }

  private static int key(int cpu, int other) {
    return Math.min(cpu, other) * MOST_CPUS + Math.max(cpu, other);
  }

  /** Of two CPUs; the pair that was asked for last is at hand. */
  private Pair pair(int cpu, int other) {
    int key = key(cpu, other);
    Pair pair = last;
    if (pair == null || lastKey != key) {
      pair = pairs.getIfAbsentPut(key, Pair::new);
      last = pair;
      lastKey = key;
    }
    return pair;
  }

  private void contradicts(int cpu, int other, Contradiction contradiction) {
    List<Contradiction> of = pair(cpu, other).contradictions;
    if (of.size() < MOST_CONTRADICTIONS) {
      of.add(contradiction);
    }
  }

  /** See {@link io.vmatrace.checker.mm.Cpus#areContradicted}. */
  boolean areContradicted(int cpu, int other, LongPredicate hold, LongPredicate reading) {
    Pair pair = cpu == other || !isCpu(cpu) || !isCpu(other) ? null : pairs.get(key(cpu, other));
    return pair != null
        && (pair.contradictions.size() == MOST_CONTRADICTIONS || pair.contradictions.stream().anyMatch(one -> !one.isAtAny(one.ofHolds ? hold : reading)));
  }

  /** A hold of an mm, or the write section of one, ends. */
  void ends(OfMm of, Moment acquired, boolean write, Moment now) {
    int cpu = now.cpu();
    if (!isCpu(cpu) || acquired.cpu() != cpu) {
      return;
    }
    long from = acquired.time();
    long to = now.time();
    for (Hold other : of.holds) {
      if (other != null && (write || other.write) && other.cpu != cpu) {
        if (exclude(cpu, other.cpu, from - other.to, to - other.from)) {
          contradicts(cpu, other.cpu, new Contradiction(true, acquired.at(), now.at(), other.fromAt, other.toAt));
        }
      }
    }
    Hold kept = of.next();
    kept.cpu = cpu;
    kept.from = from;
    kept.to = to;
    kept.fromAt = acquired.at();
    kept.toAt = now.at();
    kept.write = write;
  }

  /** mm_lock_seq is read. */
  void readsMmSeq(Step step, OfMm of) {
    Readings readings = of.mmSeq;
    if (readings == null) {
      readings = new Readings(KEPT, null);
      of.mmSeq = readings;
    }
    reads(readings, step.sample().mmSeq(), step.moment());
  }

  /** vm_lock_seq is read. */
  void readsLockSeq(Step step, Readings of) {
    reads(of, step.sample().lockSeq(), step.moment());
  }

  /** A value that only rises is read. */
  private void reads(Readings of, int value, Moment now) {
    int cpu = now.cpu();
    Reading same = null;
    for (Reading other : of.last) {
      if (other == null) {
        break;
      }
      if (other.cpu == cpu) {
        same = other.value == value ? other : same;
      } else if (value - other.value > 0) {
        exclude(cpu, other.cpu, now.time() - other.last, Long.MAX_VALUE);
      } else if (value - other.value < 0) {
        if (exclude(other.cpu, cpu, other.first - now.time(), Long.MAX_VALUE)) {
          contradicts(cpu, other.cpu, new Contradiction(false, now.at(), now.at(), other.firstAt, other.lastAt));
        }
      }
    }
    if (same != null) {
      same.seen(now);
    } else if (isCpu(cpu)) {
      of.last[of.oldest] = new Reading(value, now);
      of.oldest = of.oldest + 1 == of.last.length ? 0 : of.oldest + 1;
    }
  }

  /** Whether the clocks of the CPUs of two moments leave no doubt that the earlier one came first. */
  boolean isSure(Moment one, Moment other, boolean strict) {
    if (one.cpu() == other.cpu() || !isCpu(one.cpu()) || !isCpu(other.cpu())) {
      return true;
    }
    Pair pair = pairs.get(key(one.cpu(), other.cpu()));
    if (!strict) {
      return pair == null || !pair.isSkewed();
    }
    Moment first = one.time() <= other.time() ? one : other;
    Moment second = first == one ? other : one;
    long gap = second.time() - first.time() - UNIT;
    long most = pair == null ? MOST * UNIT : first.cpu() < second.cpu() ? pair.largest() : -pair.smallest();
    return gap >= most;
  }
}
