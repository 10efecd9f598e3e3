package io.vmatrace.parser.tracedat;

import org.jspecify.annotations.Nullable;

/**
 * From the ring buffer's time stamps to the times that trace-cmd shows (lib/trace-cmd/trace-input.c timestamp_calc()): a guest's are
 * turned into those of its host, ticks of the TSC into nanoseconds, and an offset is added.
 */
final class TraceClock {
  private long offset;
  private long multiplier;
  private int shift;
  private @Nullable TimeShift guest;

  /** Adds to the offset, in the unit of the times. */
  void addOffset(long by) {
    offset += by;
  }

  /** Converts ticks into nanoseconds: {@code ticks × multiplier >> shift}; a multiplier of 0 says nothing. */
  void ticks(long multiplier, int shift) {
    this.multiplier = multiplier;
    this.shift = Math.clamp(shift, 0, 63);
  }

  /** Converts a guest's times into its host's; null without such a shift. */
  void guest(@Nullable TimeShift guest) {
    this.guest = guest;
  }

  boolean turnsTicksIntoNanoseconds() {
    return multiplier != 0;
  }

  long time(long stamp, int cpu) {
    long time = stamp;
    if (guest != null) {
      time = guest.hostTime(time, cpu);
    }
    if (multiplier != 0) {
      time = multiplyAndShift(time, multiplier, shift);
    }
    return time + offset;
  }

  /** The lower half of {@code (a × b) >> shift}, of unsigned numbers. */
  static long multiplyAndShift(long a, long b, int shift) {
    long low = a * b;
    return shift == 0 ? low : Math.unsignedMultiplyHigh(a, b) << (64 - shift) | low >>> shift;
  }
}
