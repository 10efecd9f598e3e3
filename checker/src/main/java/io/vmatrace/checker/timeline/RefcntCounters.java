package io.vmatrace.checker.timeline;

import io.vmatrace.checker.events.TimeWindow;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiPredicate;
import org.eclipse.collections.impl.map.mutable.primitive.LongLongHashMap;
import org.jspecify.annotations.Nullable;

/** vm_refcnt of each VMA as a counter: its count, and whether readers are excluded. A value is written where it is another than before. */
final class RefcntCounters {
  private static final int EVERY_TASK = -1;

  private final TraceEvents out;
  private final Tracks tracks;
  private final TimeWindow window;
  private final BiPredicate<@Nullable MmState, Integer> wanted;

  /** The last value of each VMA by its address, and one more. */
  private final LongLongHashMap last = new LongLongHashMap();

  RefcntCounters(TraceEvents out, Tracks tracks, TimeWindow window, BiPredicate<@Nullable MmState, Integer> wanted) {
    this.out = out;
    this.tracks = tracks;
    this.window = window;
    this.wanted = wanted;
  }

  void accept(Step step, long time) {
    VmaState vma = step.vma();
    MmState mm = step.mm();
    Sample sample = step.sample();
    if (vma == null || mm == null || !sample.hasRefcnt() || !window.touches(time, time) || !wanted.test(mm, EVERY_TASK)) {
      return;
    }
    long value = Integer.toUnsignedLong(sample.refcnt()) + 1;
    if (last.get(vma.address()) != value) {
      last.put(vma.address(), value);
      Map<String, Long> values = new LinkedHashMap<>();
      values.put("count", Integer.toUnsignedLong(sample.refcnt() & ~Sample.EXCLUDE_READERS));
      values.put("readers excluded", sample.excludesReaders() ? 1L : 0L);
      out.counter("vm_refcnt of " + Timeline.vmaName(vma), tracks.process(mm, ""), time, values);
    }
  }
}
