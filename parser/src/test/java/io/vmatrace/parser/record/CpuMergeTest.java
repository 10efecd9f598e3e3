package io.vmatrace.parser.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CpuMergeTest {
  private record Event(long time, int cpu) {}

  /** The events of a CPU at some times, so many in each batch. */
  private static CpuMerge.Stream stream(int cpu, int inBatch, long... times) {
    Iterator<Integer> begins = IntStream.iterate(0, i -> i < times.length, i -> i + inBatch).iterator();
    return () -> {
      if (!begins.hasNext()) {
        return null;
      }
      int begin = begins.next();
      EventBatch batch = new EventBatch(inBatch);
      for (int i = begin; i < Math.min(begin + inBatch, times.length); i++) {
        batch.addMarker(EventKind.UNKNOWN, cpu, times[i], i, 0);
      }
      return batch;
    };
  }

  private static List<Event> merged(List<CpuMerge.Stream> streams) throws Exception {
    List<Event> merged = new ArrayList<>();
    long count =
        new CpuMerge(
                streams,
                false,
                batch -> {
                  for (int i = 0; i < batch.size(); i++) {
                    merged.add(new Event(batch.time(i), batch.cpu(i)));
                  }
                  return true;
                })
            .run();
    assertThat(count).isEqualTo(merged.size());
    return merged;
  }

  @Test
  void shouldTakeTheStreamThatWasNamedFirstAtOneTime() throws Exception {
    List<CpuMerge.Stream> streams = List.of(stream(0, 2, 10, 20, 30), stream(1, 2, 10, 20, 30), stream(2, 2, 5, 20, 30));
    assertThat(merged(streams))
        .containsExactly(
            new Event(5, 2),
            new Event(10, 0),
            new Event(10, 1),
            new Event(20, 0),
            new Event(20, 1),
            new Event(20, 2),
            new Event(30, 0),
            new Event(30, 1),
            new Event(30, 2));
  }

  @Test
  void shouldKeepEventsOfOneStreamTogetherAtOneTime() throws Exception {
    assertThat(merged(List.of(stream(0, 1, 7, 7, 8), stream(1, 1, 7, 7))))
        .containsExactly(new Event(7, 0), new Event(7, 0), new Event(7, 1), new Event(7, 1), new Event(8, 0));
  }

  @Test
  void shouldGiveWhatASortGives() throws Exception {
    Random random = new Random(3);
    for (int round = 0; round < 200; round++) {
      List<CpuMerge.Stream> streams = new ArrayList<>();
      List<Event> expected = new ArrayList<>();
      for (int cpu = 0; cpu < 1 + random.nextInt(5); cpu++) {
        long[] times = random.longs(random.nextInt(20), 0, 12).sorted().toArray();
        streams.add(stream(cpu, 1 + random.nextInt(4), times));
        for (long time : times) {
          expected.add(new Event(time, cpu));
        }
      }
      expected.sort(Comparator.comparingLong(Event::time));
      assertThat(merged(streams)).as("round %d", round).isEqualTo(expected);
    }
  }
}
