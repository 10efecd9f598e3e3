package io.vmatrace.parser.event;

/** What the numbers in {@link EventBatch#time} count. */
public enum ClockUnit {
  /** Nanoseconds of one of the clocks local, global, perf, mono, mono_raw, boot or tai: text does not say which. */
  NANOSECONDS,
  /** Plain counts of the clocks counter, uptime or x86-tsc. */
  TICKS
}
