package io.vmatrace.checker.info;

import io.vmatrace.checker.info.InfoReport.EventCount;
import io.vmatrace.checker.info.InfoReport.Use;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.reconstruct.StepSink;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.specs.EventKinds;
import io.vmatrace.parser.event.specs.MarkerEvents;
import io.vmatrace.parser.event.specs.MmapLockEvents;
import io.vmatrace.parser.stat.ImportStat;
import io.vmatrace.parser.stat.ImportStats;
import io.vmatrace.parser.stat.ImportStats.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The counts of a capture. */
final class Survey implements StepSink {
  private final long[] kinds = new long[EventKinds.count()];
  private final LossPlaces losses = new LossPlaces();
  private long first = Long.MAX_VALUE;
  private long last = Long.MIN_VALUE;
  private long firstLockAt;
  private boolean finishing;
  private boolean untracedTasks;

  void see(EventBatch events) {
    for (int i = 0, n = events.size(); i < n; i++) {
      EventKind kind = events.kind(i);
      kinds[kind.ordinal()]++;
      losses.see(kind, events, i);
      if (!MarkerEvents.isMarker(kind)) {
        first = Math.min(first, events.time(i));
        last = Math.max(last, events.time(i));
      }
      if (firstLockAt == 0 && kind == MmapLockEvents.MMAP_LOCK_START_LOCKING) {
        firstLockAt = events.at(i);
      }
    }
  }

  @Override
  public void accept(Step step) {
    // only whether it was seen counts
  }

  @Override
  public void lost(long afterAt) {
    untracedTasks |= finishing && !losses.hasOpen();
  }

  /** The capture is over: further losses are tasks that were created and never seen. */
  void finishing() {
    finishing = true;
  }

  boolean hasUntracedTasks() {
    return untracedTasks;
  }

  LossPlaces losses() {
    return losses;
  }

  boolean isEmpty() {
    return last < first;
  }

  /** Time of the first event. */
  long first() {
    return first;
  }

  /** Time of the last event. */
  long last() {
    return last;
  }

  /** Where the first mmap_lock_start_locking is, or 0. */
  long firstLockAt() {
    return firstLockAt;
  }

  /** Events by name, the most frequent first; markers are not events. */
  List<EventCount> counts(ImportStats stats) {
    List<EventCount> counts = new ArrayList<>();
    for (EventKind kind : EventKinds.all()) {
      boolean counted = kind.source() != EventKind.Source.MARKER || kind == MarkerEvents.STACK_TRACE;
      if (counted && kinds[kind.ordinal()] > 0) {
        counts.add(new EventCount(kind.eventName(), kind.isIgnored() ? Use.IGNORED : Use.DECODED, kinds[kind.ordinal()]));
      }
    }
    stats.unknownNames().forEach((name, count) -> counts.add(new EventCount(name, Use.UNKNOWN, count)));
    long named = stats.unknownNames().values().stream().mapToLong(Long::longValue).sum();
    long silent = kinds[EventKind.UNKNOWN.ordinal()] - named;
    long lacking = stats.problems().stream().filter(problem -> problem.stat() == ImportStat.LACKS_VALUES).mapToLong(Problem::count).sum();
    addIgnored("(probes without their arguments)", Math.min(silent, lacking), counts);
    addIgnored("(calls and returns that say nothing alone)", silent - lacking, counts);
    counts.sort(Comparator.comparingLong(EventCount::count).reversed().thenComparing(EventCount::name));
    return counts;
  }

  private static void addIgnored(String name, long count, List<EventCount> counts) {
    if (count > 0) {
      counts.add(new EventCount(name, Use.IGNORED, count));
    }
  }
}
