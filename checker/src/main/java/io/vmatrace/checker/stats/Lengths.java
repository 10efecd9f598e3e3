package io.vmatrace.checker.stats;

/** Lengths of time for people. */
public final class Lengths {
  private Lengths() {}

  /** Nanoseconds in three digits or so, such as 61.0 us. */
  public static String text(long nanoseconds) {
    if (nanoseconds < 1_000) {
      return nanoseconds + " ns";
    }
    return nanoseconds < 1_000_000 ? round(nanoseconds / 1e3) + " us" : nanoseconds < 1_000_000_000 ? round(nanoseconds / 1e6) + " ms" : round(nanoseconds / 1e9) + " s";
  }

  private static String round(double value) {
    return (value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f").formatted(value);
  }
}
