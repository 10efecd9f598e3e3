package io.vmatrace.checker.check;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventHead;
import io.vmatrace.parser.event.EventKind.Source;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A clean kernel is not convicted because the clock of one CPU is ahead of the others' or behind them, as the trace clock local may be: all events
 * of that CPU have other times, and stand elsewhere in the capture. Where it drifts, jumps or is far off, one recording in twenty-five may be: such
 * where nothing but the one order that seems to be broken contradicts the clocks. Each recording is seeded by its number; -Dvmatrace.skews=1500
 * makes so many, -Dvmatrace.skew=N the one of that seed.
 */
@Tag("soundness")
class ClockSkewTest {
  private static final int SKEWS = Integer.getInteger("vmatrace.skews", 250);
  private static final int ONLY = Integer.getInteger("vmatrace.skew", -1);

  /** In nanoseconds. */
  private static final int[] AHEAD = {1_000, 2_000, 5_000, 10_000, 20_000, 50_000};

  private static final int[] FAR = {10_000, 30_000, 70_000, 150_000, 300_000, 1_000_000, 3_000_000, 20_000_000, 1_000_000_000};

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

  @Test
  void shouldSeldomConvictWhenAClockDriftsOrJumpsOrIsFarOff() {
    Convictions convictions = new Convictions();
    for (int seed = Math.max(ONLY, 0); seed < (ONLY < 0 ? SKEWS : ONLY + 1); seed++) {
      Random random = new Random(seed * 104_729L);
      DecodedCapture capture = CAPTURES.get(seed % CAPTURES.size());
      EventBatch events = capture.events();
      int cpu = events.cpu(random.nextInt(events.size()));
      Way way = Way.values()[random.nextInt(Way.values().length)];
      int most = FAR[random.nextInt(FAR.length)] * (random.nextBoolean() ? 1 : -1);
      EventBatch skewed = skewed(events, cpu, way.of(events, most, random));
      convictions.checkEvents(capture, skewed, "a CPU's clock %s up to %d us, event seed=%x".formatted(way, most / 1_000, seed));
    }
    convictions.assertAtMost(Math.max(1, SKEWS / 25));
  }

  /** How a clock is off over the time of a capture. */
  private enum Way {
    AHEAD {
      @Override
      LongUnaryOperator of(EventBatch events, int most, Random random) {
        return _ -> most;
      }
    },
    DRIFTS {
      @Override
      LongUnaryOperator of(EventBatch events, int most, Random random) {
        long from = events.time(0);
        long length = Math.max(1, events.time(events.size() - 1) - from);
        return time -> Math.round((double) most * (time - from) / length);
      }
    },
    JUMPS {
      @Override
      LongUnaryOperator of(EventBatch events, int most, Random random) {
        long at = events.time(random.nextInt(events.size()));
        return time -> time < at ? 0 : most;
      }
    },
    SWINGS {
      @Override
      LongUnaryOperator of(EventBatch events, int most, Random random) {
        long from = events.time(0);
        double length = Math.max(1, events.time(events.size() - 1) - from) / (1.0 + random.nextInt(20));
        return time -> Math.round(most * Math.sin(2 * Math.PI * (time - from) / length));
      }
    };

    abstract LongUnaryOperator of(EventBatch events, int most, Random random);
  }

  static EventBatch skewed(EventBatch events, int cpu, int ahead) {
    return skewed(events, cpu, _ -> ahead);
  }

  /** The events of a CPU stay in their order, whatever its clock does. */
  private static EventBatch skewed(EventBatch events, int cpu, LongUnaryOperator ahead) {
    long[] times = new long[events.size()];
    long latest = Long.MIN_VALUE;
    for (int i = 0; i < times.length; i++) {
      times[i] = events.time(i);
      if (events.cpu(i) == cpu && events.kind(i).source() != Source.MARKER) {
        latest = Math.max(latest, times[i] + ahead.applyAsLong(times[i]));
        times[i] = latest;
      }
    }
    EventBatch skewed = new EventBatch(events.size());
    List<Integer> order = IntStream.range(0, events.size()).boxed().sorted(Comparator.comparingLong(i -> times[i])).toList();
    order.forEach(i -> copy(events, i, times[i], skewed));
    return skewed;
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
