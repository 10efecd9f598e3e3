package io.vmatrace.checker.check;

import io.vmatrace.checker.mm.Sample;

/** Between which ends the ranges of the VMAs lie that one kind of events has shown: a filter that compares one with a number lets through what lies between. */
final class RangesSeen {
  private boolean any;
  private long lowestStart;
  private long highestStart;
  private long lowestEnd;
  private long highestEnd;

  /** An event of the kind. */
  void see(Sample sample) {
    if (!sample.hasRange()) {
      return;
    }
    long start = sample.start();
    long end = sample.end();
    lowestStart = any ? least(lowestStart, start) : start;
    highestStart = any ? most(highestStart, start) : start;
    lowestEnd = any ? least(lowestEnd, end) : end;
    highestEnd = any ? most(highestEnd, end) : end;
    any = true;
  }

  /** Whether an event of a VMA with this range would have been let through, as far as its range matters; true where no event has one. */
  boolean surround(long start, long end) {
    return !any || lowestStart != highestStart && lowestEnd != highestEnd && isBetween(lowestStart, start, highestStart) && isBetween(lowestEnd, end, highestEnd);
  }

  private static boolean isBetween(long low, long value, long high) {
    return Long.compareUnsigned(low, value) <= 0 && Long.compareUnsigned(value, high) <= 0;
  }

  private static long least(long one, long other) {
    return Long.compareUnsigned(one, other) <= 0 ? one : other;
  }

  private static long most(long one, long other) {
    return Long.compareUnsigned(one, other) >= 0 ? one : other;
  }
}
