package io.vmatrace.checker.slice;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.run.CaptureRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReductionTest {
  private static final int LINES = 2_000;
  private static final String HEAD = "# a slice\n# of something\n";

  @TempDir Path folder;

  private final List<String> lines = new ArrayList<>(IntStream.range(0, LINES).mapToObj(ReductionTest::event).toList());
  private long trials;

  private static String event(int i) {
    return " w-%d [00%d] ..... 1.%06d: mmap_lock_released: mm=ff48a0dac105ec00 write=true\n".formatted(i % 5 + 1, i % 2, i);
  }

  @Test
  void shouldLeaveOutAllThatIsNotNeeded() throws Exception {
    Random random = new Random(7);
    for (int needed : new int[] {1, 2, 7, 30}) {
      Set<String> wanted = new TreeSet<>();
      while (wanted.size() < needed) {
        wanted.add(event(random.nextInt(LINES)));
      }
      assertThat(reduced(window -> Files.readString(window.file()).startsWith(HEAD) && read(window).containsAll(wanted))).containsExactlyInAnyOrderElementsOf(wanted);
      assertThat(trials).isLessThanOrEqualTo(Reduction.MOST_TRIALS);
    }
  }

  /** What needs all lines of a task, or none of it. */
  @Test
  void shouldLeaveOutWholeTasks() throws Exception {
    List<String> reduced = reduced(window -> IntStream.rangeClosed(1, 5).allMatch(task -> List.of(0L, (long) LINES / 5).contains(read(window).stream().filter(line -> line.startsWith(" w-%d ".formatted(task))).count())) && read(window).contains(event(2)));
    assertThat(reduced).hasSize(LINES / 5).allMatch(line -> line.startsWith(" w-3 "));
  }

  @Test
  void shouldKeepWhatSaysThatEventsAreMissingBetweenLines() throws Exception {
    for (int at : new int[] {1_500, 900, 500, 100}) {
      lines.add(at, "CPU:0 [LOST %d EVENTS]\n".formatted(at));
    }
    assertThat(reduced(window -> read(window).containsAll(Set.of(event(300), event(1_000)))))
        .containsExactly(event(300), "CPU:0 [LOST 500 EVENTS]\n", "CPU:0 [LOST 900 EVENTS]\n", event(1_000));
  }

  @Test
  void shouldEndAfterTheMostTrials() throws Exception {
    assertThat(reduced(window -> read(window).stream().filter(line -> line.contains("[001]")).count() == LINES / 2)).hasSize(LINES);
    assertThat(trials).isEqualTo(Reduction.MOST_TRIALS);
  }

  private List<String> reduced(Reduction.Trial trial) throws Exception {
    Path file = folder.resolve("window");
    Window window = Window.of(file, out -> out.write((HEAD + String.join("", lines)).getBytes(StandardCharsets.UTF_8))).withHead(2);
    assertThat(window.lines()).isEqualTo(lines.size());
    Window reduced = new Reduction(window, folder.resolve("spare"), CaptureRun.Options.DEFAULT, trial, done -> trials = done).reduced();
    assertThat(read(reduced)).hasSize(reduced.lines());
    return read(reduced);
  }

  private static List<String> read(Window window) {
    try {
      return Files.readAllLines(window.file()).stream().skip(window.head()).map(line -> line + "\n").toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
