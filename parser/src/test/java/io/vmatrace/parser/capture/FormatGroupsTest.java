package io.vmatrace.parser.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.event.specs.SchedEvents;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureLimits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One recording in two formats (the README of the samples says which are one): the same events, times and values. */
class FormatGroupsTest {
  private static final Path FORMATS = Path.of("../samples/formats");
  private static final long MICROSECOND = 1_000;

  /** What the text has of a time in nanoseconds. */
  private enum Printed {
    WHOLE(time -> time),
    /** trace-cmd report rounds. */
    ROUNDED(time -> (time + MICROSECOND / 2) / MICROSECOND * MICROSECOND),
    /** perf script cuts. */
    CUT(time -> time / MICROSECOND * MICROSECOND);

    private final LongUnaryOperator time;

    Printed(LongUnaryOperator time) {
      this.time = time;
    }
  }

  enum Group {
    V7("tracecmd-v7-zstd.dat", "tracecmd-report.txt.zst", Printed.ROUNDED),
    V7_RAW("tracecmd-v7-zstd.dat", "tracecmd-report-R-t.txt.zst", Printed.WHOLE),
    V6_RAW("tracecmd-v6.dat.zst", "tracecmd-v6-report-R-t.txt.zst", Printed.WHOLE),
    PERF("../clean-6.18.15-churn-perf.data", "perf-script.txt.zst", Printed.CUT),
    PERF_NS("../clean-6.18.15-churn-perf.data", "perf-script-ns.txt.zst", Printed.WHOLE),
    PERF_ZSTD("perf-z.data", "perf-script-header.txt.zst", Printed.CUT),
    PERF_FAULTS("perf-g.data", "perf-script-g.txt.zst", Printed.CUT);

    private final String binary;
    private final String text;
    private final Printed printed;

    Group(String binary, String text, Printed printed) {
      this.binary = binary;
      this.text = text;
      this.printed = printed;
    }
  }

  private record Event(EventKind kind, int task, int cpu, long time, Map<Field, Long> values) {
    /** perf.data has PERF_RECORD_FORK, which perf script prints only with --show-task-events. */
    boolean isPrinted(Group group) {
      return !group.text.startsWith("perf") || kind != SchedEvents.SCHED_PROCESS_FORK;
    }
  }

  @ParameterizedTest
  @EnumSource(Group.class)
  void shouldReadTheSameFromBoth(Group group) throws Exception {
    List<Event> binary = new ArrayList<>();
    for (Event event : events(group.binary)) {
      if (event.isPrinted(group)) {
        long time = group.printed.time.applyAsLong(event.time);
        binary.add(new Event(event.kind, event.task, event.cpu, time, event.values));
      }
    }
    assertThat(events(group.text)).hasSizeGreaterThan(200).isEqualTo(binary);
  }

  private static List<Event> events(String name) throws Exception {
    List<Event> events = new ArrayList<>();
    try (Capture capture = Captures.open(FORMATS.resolve(name).toString(), CaptureLimits.DEFAULT, EventNames.BUILT_IN)) {
      capture.decode(
          batch -> {
            for (int i = 0; i < batch.size(); i++) {
              events.add(event(batch, i));
            }
            return true;
          },
          false,
          _ -> {});
    }
    return events;
  }

  private static Event event(EventBatch batch, int i) {
    Map<Field, Long> values = new EnumMap<>(Field.class);
    for (Field field : batch.kind(i).fields()) {
      if (batch.has(i, field)) {
        values.put(field, batch.value(i, field));
      }
    }
    return new Event(batch.kind(i), batch.task(i), batch.cpu(i), batch.time(i), values);
  }
}
