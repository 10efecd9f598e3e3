package io.vmatrace.checker.check;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventDescriber;
import io.vmatrace.parser.event.EventDescription;
import io.vmatrace.parser.event.KernelLog;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureFacts;
import io.vmatrace.parser.input.QuotedEvent;
import io.vmatrace.parser.stat.ImportStats;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Events in memory as a capture that nothing is wrong with and that has no lines to quote. */
record RecordedCapture(String path, CaptureFacts of, EventBatch events) implements Capture {
  @Override
  public String format() {
    return "events";
  }

  @Override
  public String ground() {
    return "events in memory";
  }

  @Override
  public @Nullable String compression() {
    return null;
  }

  @Override
  public void decode(Predicate<EventBatch> wantsMore, boolean raw, LongConsumer progress) {
    boolean _ = wantsMore.test(events);
  }

  @Override
  public CaptureFacts facts() {
    ImportStats stats = new ImportStats();
    if (of.stats().hasMemcgPath() && IntStream.range(0, events.size()).anyMatch(i -> events.kind(i).name().startsWith("MMAP_LOCK_"))) {
      stats.memcgPath();
    }
    return new CaptureFacts(of.kernelRelease(), of.clock(), of.clockUnit(), of.cpus(), -1, -1, null, stats, true, KernelLog.NONE, Map.of());
  }

  @Override
  public EventDescriber describer() {
    return (batch, i) -> new EventDescription("", batch.kind(i).eventName(), "", "", Map.of());
  }

  @Override
  public List<QuotedEvent> quote(long[] ats) {
    return List.of();
  }

  @Override
  public void decodeAgain(Predicate<EventBatch> wantsMore) {
    boolean _ = wantsMore.test(events);
  }

  @Override
  public void close() {
    // there is nothing open
  }
}
