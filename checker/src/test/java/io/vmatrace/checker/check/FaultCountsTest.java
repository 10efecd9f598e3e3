package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Faults counted a second time, from the text alone: by handle_mm_fault's flags and return, task by task. */
class FaultCountsTest {
  private static final Pattern EVENT = Pattern.compile("^.{16}-(\\d+) +\\[\\d+\\] \\S+ +[\\d.]+: (\\w+): (.*)$");
  private static final Pattern TRACERS = Pattern.compile("^.{16}-\\d+ +\\[\\d+\\] ...[1-9]");
  private static final long VMA_LOCK = 1 << 12;
  private static final long RETRY = 0x400;

  static Stream<Path> captures() {
    return RealCaptures.cleanWithValues();
  }

  @ParameterizedTest
  @MethodSource("captures")
  void shouldCountFaultsUnderTheVmaLockAsTheProbesDo(Path capture) {
    List<String> lines = RealCaptures.lines(capture);
    RealCaptures.Outcome outcome = RealCaptures.run(RealCaptures.join(lines));
    assertThat(outcome.reconstruction().faults().vmaLock()).isEqualTo(underVmaLock(lines));
    assertThat(outcome.reconstruction().faults().total()).isEqualTo(faults(lines));
  }

  /** A fault in the kernel while it may not be preempted is the tracer's, that reads a user's memory for its line. */
  private static long faults(List<String> lines) {
    return lines.stream().filter(line -> line.contains(": page_fault_user:") || line.contains(": page_fault_kernel:") && !TRACERS.matcher(line).find()).count();
  }

  /** User faults with a handle_mm_fault() that had FAULT_FLAG_VMA_LOCK and did not return VM_FAULT_RETRY. */
  private static long underVmaLock(List<String> lines) {
    Set<Integer> inUserFault = new HashSet<>();
    Map<Integer, Long> flags = new HashMap<>();
    long count = 0;
    for (String line : lines) {
      Matcher event = EVENT.matcher(line);
      if (!event.matches()) {
        continue;
      }
      int pid = Integer.parseInt(event.group(1));
      switch (event.group(2)) {
        case "page_fault_user" -> inUserFault.add(pid);
        case "page_fault_kernel" -> inUserFault.remove(pid);
        case "handle_mm_fault" -> flags.put(pid, number(event.group(3), "flags"));
        case "handle_mm_fault_ret" -> {
          boolean locked = (flags.getOrDefault(pid, 0L) & VMA_LOCK) != 0;
          boolean retry = (number(event.group(3), "ret") & RETRY) != 0;
          count += inUserFault.contains(pid) && locked && !retry ? 1 : 0;
        }
        default -> {}
      }
    }
    return count;
  }

  private static long number(String text, String key) {
    Matcher value = Pattern.compile("\\b" + key + "=0x([0-9a-f]+)").matcher(text);
    return value.find() ? Long.parseLong(value.group(1), 16) : 0;
  }
}
