package io.vmatrace.checker.check;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventHead;
import io.vmatrace.parser.event.EventKind.Source;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A clean kernel is not convicted because the clock of one CPU is ahead of the others' or behind them, as the trace clock local may be: all events
 * of that CPU have other times, and stand elsewhere in the capture. Each recording is seeded by its number; -Dvmatrace.skews=1500 makes so many,
 * -Dvmatrace.skew=N the one of that seed.
 */
@Tag("soundness")
class ClockSkewTest {
  private static final int SKEWS = Integer.getInteger("vmatrace.skews", 250);
  private static final int ONLY = Integer.getInteger("vmatrace.skew", -1);

  /** In nanoseconds. */
  private static final int[] AHEAD = {1_000, 2_000, 5_000, 10_000, 20_000, 50_000};

  private static final List<DecodedCapture> CAPTURES = DecodedCapture.all(RealCaptures.clean());

  @Test
  void shouldNotConvictWhenTheClockOfACpuIsAheadOrBehind() {
    Convictions convictions = new Convictions();
    for (int seed = Math.max(ONLY, 0); seed < (ONLY < 0 ? SKEWS : ONLY + 1); seed++) {
      Random random = new Random(seed * 7_919L);
      DecodedCapture capture = CAPTURES.get(seed % CAPTURES.size());
      EventBatch events = capture.events();
      int cpu = events.cpu(random.nextInt(events.size()));
      int ahead = AHEAD[random.nextInt(AHEAD.length)] * (random.nextBoolean() ? 1 : -1);
      convictions.checkEvents(capture, skewed(events, cpu, ahead), "a CPU ahead by %d us, event seed=%x".formatted(ahead / 1_000, seed));
    }
    convictions.assertNone();
  }

  static EventBatch skewed(EventBatch events, int cpu, int ahead) {
    EventBatch skewed = new EventBatch(events.size());
    List<Integer> order = IntStream.range(0, events.size()).boxed().sorted(Comparator.comparingLong(i -> time(events, i, cpu, ahead))).toList();
    for (int i : order) {
      copy(events, i, time(events, i, cpu, ahead), skewed);
    }
    return skewed;
  }

  private static long time(EventBatch events, int i, int cpu, int ahead) {
    return events.time(i) + (events.cpu(i) == cpu && events.kind(i).source() != Source.MARKER ? ahead : 0);
  }

  private static void copy(EventBatch from, int i, long time, EventBatch to) {
    EventHead head = new EventHead();
    head.pid = from.task(i);
    head.cpu = from.cpu(i);
    head.time = time;
    head.context = (byte) (from.inInterrupt(i) ? 'h' : from.isAtomic(i) ? 'p' : '.');
    head.place = to.size();
    to.add(from.kind(i), head);
    from.kind(i).fields().stream().filter(field -> from.has(i, field)).forEach(field -> to.put(field, from.value(i, field)));
  }
}
