package io.vmatrace.parser.event;

/** What the numbers in {@link EventBatch#time} count. */
public enum ClockUnit {
  /** Nanoseconds of one of the clocks local, global, perf, mono, mono_raw, boot or tai: text does not say which. */
  NANOSECONDS,
  /** Plain counts of the clocks counter, uptime or x86-tsc. */
  TICKS;

  private static final long SECOND = 1_000_000_000;

  /** A time of this unit: seconds with nine decimals, so that no reader rounds them; ticks as they are. */
  public String text(long time) {
    return this == TICKS ? Long.toUnsignedString(time) : "%d.%09d".formatted(Math.floorDiv(time, SECOND), Math.floorMod(time, SECOND));
  }
}
