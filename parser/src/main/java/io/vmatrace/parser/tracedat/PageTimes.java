package io.vmatrace.parser.tracedat;

import io.vmatrace.parser.bytes.Numbers;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.record.RecordDecoder;
import io.vmatrace.parser.stat.ImportStats;

/** When the events of single pages were, by the ring buffer's own clock. */
final class PageTimes {
  private static final int BATCH = 1 << 8;

  private final Numbers numbers;
  private final PageLayout layout;

  /** Knows no format, and so reads no record. */
  private final RecordDecoder nothing;

  private final EventBatch events = new EventBatch(BATCH);
  private final ImportStats stats = new ImportStats();
  private long first;
  private long last;

  PageTimes(Numbers numbers, PageLayout layout) {
    this.numbers = numbers;
    this.layout = layout;
    nothing = new RecordDecoder(numbers, EventNames.BUILT_IN);
  }

  /** Reads a page, or what there is of it; false when it has no event. */
  boolean read(byte[] page, int bytes) {
    PageDecoder decoder = new PageDecoder(numbers, layout, nothing, new TraceClock(), CpuArea.UNKNOWN_CPU);
    stats.clear();
    events.clear();
    decoder.source(page, 0, false);
    decoder.begin(0, bytes, events, stats);
    events.clear();
    while (decoder.decode(events, BATCH, stats)) {
      events.clear();
    }
    first = decoder.firstTime();
    last = decoder.lastTime();
    return first <= last;
  }

  /** The time of the earliest event. */
  long first() {
    return first;
  }

  /** The time of the last event. */
  long last() {
    return last;
  }
}
