package io.vmatrace.checker.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.parser.event.ClockUnit;
import io.vmatrace.parser.event.KernelLog;
import io.vmatrace.parser.input.CaptureFacts;
import io.vmatrace.parser.stat.ImportStats;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** perf records what it is told to: CPUs that it left out have no events, and nothing else says so. */
class GivenCpusTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          4 | /usr/bin/perf record -e mmap_lock:* -a -C 0 -o p.data sleep 1 | 0
          4 | perf record -C0-2 -a                                          | 0-2
          4 | perf record --cpu=1,3 -a                                      | 1,3
          4 | perf record --cpu 0-1,1,2 -a                                  | 0-1,1,2
          4 | perf record -a -C 0-3                                         | -
          2 | perf record -a -C 0,1                                         | -
          4 | perf record -e mmap_lock:* make -C drivers                    | -
          4 | perf record -a                                                | -
          0 | perf record -a -C 0                                           | -
          4 | -                                                             | -
          """)
  void shouldNameTheListThatLeavesCpusOut(int cpus, @Nullable String command, @Nullable String list) {
    assertThat(GivenCpus.leavingOutOthers(facts(cpus, command))).isEqualTo(list);
  }

  private static CaptureFacts facts(int cpus, @Nullable String command) {
    Map<String, String> details = command == null ? Map.of() : Map.of("command", command);
    return new CaptureFacts(null, null, ClockUnit.NANOSECONDS, cpus, -1, -1, null, new ImportStats(), false, KernelLog.NONE, details);
  }
}
