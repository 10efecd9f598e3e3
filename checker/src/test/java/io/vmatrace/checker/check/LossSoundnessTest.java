package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No loss makes a clean capture look broken: events replaced by the marker that the kernel would print, a capture cut anywhere,
 * events of two CPUs with one printed time the other way round. Every edit is seeded by the capture and its number.
 */
@Execution(ExecutionMode.CONCURRENT)
class LossSoundnessTest {
  private static final int EDITS = Integer.getInteger("vmatrace.edits", 40);
  private static final Pattern EVENT = Pattern.compile("^.{16}-\\d+ +\\[(\\d+)\\] \\S+ +(\\d+\\.\\d+): ");

  static Stream<Path> captures() {
    return RealCaptures.clean();
  }

  @ParameterizedTest
  @MethodSource("captures")
  void shouldNotConvictAfterLostEvents(Path capture) {
    List<String> lines = RealCaptures.lines(capture);
    for (int edit = 0; edit < EDITS; edit++) {
      Random random = random(capture, edit);
      byte[] text = RealCaptures.join(withLoss(lines, random));
      assertNoViolation(RealCaptures.run(text), "%s, lost events, edit %d", capture, edit);
    }
  }

  @ParameterizedTest
  @MethodSource("captures")
  void shouldNotConvictWhenCutAnywhere(Path capture) {
    byte[] text = RealCaptures.bytes(capture);
    for (int edit = 0; edit < EDITS; edit++) {
      Random random = random(capture, edit);
      int from = edit % 3 == 0 ? 0 : random.nextInt(text.length);
      int to = edit % 3 == 1 ? text.length : from + random.nextInt(text.length - from);
      assertNoViolation(RealCaptures.run(text, from, to), "%s, cut, edit %d", capture, edit);
    }
  }

  @ParameterizedTest
  @MethodSource("captures")
  void shouldNotConvictWhenTiesAreTheOtherWayRound(Path capture) {
    List<String> lines = RealCaptures.lines(capture);
    int[] ties = ties(lines);
    for (int edit = 0; edit < EDITS && ties.length > 0; edit++) {
      List<String> swapped = withTiesSwapped(lines, ties, edit, random(capture, edit));
      assertNoViolation(RealCaptures.run(RealCaptures.join(swapped)), "%s, ties, edit %d", capture, edit);
    }
  }

  static Stream<Path> brokenCaptures() {
    return RealCaptures.broken();
  }

  @ParameterizedTest
  @MethodSource("brokenCaptures")
  void shouldGiveTheSameVerdictOnABrokenKernelWhenTiesAreTheOtherWayRound(Path capture) {
    List<String> lines = RealCaptures.lines(capture);
    List<String> broken = rules(RealCaptures.run(RealCaptures.join(lines)));
    int[] ties = ties(lines);
    for (int edit = 0; edit < EDITS / 3 && ties.length > 0; edit++) {
      List<String> swapped = withTiesSwapped(lines, ties, edit, random(capture, edit));
      assertThat(rules(RealCaptures.run(RealCaptures.join(swapped)))).as("%s, ties, edit %d", capture, edit).isEqualTo(broken);
    }
  }

  /** The rules that are definitely broken. */
  private static List<String> rules(RealCaptures.Outcome outcome) {
    return outcome.violations().stream().map(found -> found.rule().id()).distinct().sorted().toList();
  }

  /** A clock that is too coarse: the events of one tick are those of one CPU after those of the other. */
  @ParameterizedTest
  @MethodSource("captures")
  void shouldNotConvictWhereTheClockIsCoarse(Path capture) {
    List<String> lines = RealCaptures.lines(capture);
    for (long tick : new long[] {100, 1_000, 4_000}) {
      for (boolean backwards : new boolean[] {false, true}) {
        assertNoViolation(RealCaptures.run(RealCaptures.join(inTicks(lines, tick, backwards))), "%s, ticks of %d us, %s", capture, tick, backwards);
      }
    }
  }

  private static List<String> inTicks(List<String> lines, long tick, boolean backwards) {
    record InTick(long time, int cpu, String line) {}
    List<InTick> events = new ArrayList<>();
    List<String> ticked = new ArrayList<>();
    for (String line : lines) {
      Matcher event = EVENT.matcher(line);
      if (!event.find()) {
        ticked.add(line);
        continue;
      }
      long micros = Long.parseLong(event.group(2).replace(".", "")) / tick * tick;
      String said = "%d.%06d".formatted(micros / 1_000_000, micros % 1_000_000);
      events.add(new InTick(micros, cpu(line), line.substring(0, event.start(2)) + said + line.substring(event.end(2))));
    }
    Comparator<InTick> byCpu = Comparator.comparingInt(InTick::cpu);
    events.sort(Comparator.comparingLong(InTick::time).thenComparing(backwards ? byCpu.reversed() : byCpu));
    events.forEach(event -> ticked.add(event.line()));
    return ticked;
  }

  /** Edit 0 swaps all ties, the others some. */
  private static List<String> withTiesSwapped(List<String> lines, int[] ties, int edit, Random random) {
    List<String> swapped = new ArrayList<>(lines);
    int swaps = edit == 0 ? ties.length : 1 + random.nextInt(ties.length);
    for (int i = 0; i < swaps; i++) {
      swap(swapped, edit == 0 ? ties[i] : ties[random.nextInt(ties.length)]);
    }
    return swapped;
  }

  @ParameterizedTest
  @MethodSource("captures")
  void shouldNotConvictOneCpuOfSeveral(Path capture) {
    for (int cpu = 0; cpu < 2; cpu++) {
      String own = "[00" + cpu + "]";
      List<String> lines = RealCaptures.lines(capture).stream().filter(line -> line.startsWith("#") || line.contains(own)).toList();
      RealCaptures.Outcome outcome = RealCaptures.run(RealCaptures.join(lines));
      if (outcome.reconstruction().cpusSeen() == 1 && outcome.reconstruction().unpairedEvents(true) > 0) {
        outcome.rules().lost(0); // what ReportBuilder does with such a capture
      }
      assertNoViolation(outcome, "%s, CPU %d alone", capture, cpu);
    }
  }

  /** Takes a run of 1 to 500 events of one CPU out; the marker comes before that CPU's next event, or where the run began. */
  private static List<String> withLoss(List<String> lines, Random random) {
    int[] cpus = lines.stream().mapToInt(LossSoundnessTest::cpu).toArray();
    int[] events = IntStream.range(0, lines.size()).filter(i -> cpus[i] >= 0).toArray();
    int first = events[random.nextInt(events.length)];
    int cpu = cpus[first];
    int count = 1 + random.nextInt(500);
    boolean early = random.nextBoolean();
    List<String> edited = new ArrayList<>(lines.subList(0, first));
    int removed = 0;
    int marker = early ? edited.size() : -1;
    for (int i = first; i < lines.size(); i++) {
      if (cpus[i] == cpu && removed < count) {
        removed++;
        continue;
      }
      if (cpus[i] == cpu && marker < 0) {
        marker = edited.size();
      }
      edited.add(lines.get(i));
    }
    edited.add(marker < 0 ? edited.size() : marker, "CPU:%d [LOST %d EVENTS]".formatted(cpu, removed));
    return edited;
  }

  private static int cpu(String line) {
    Matcher event = EVENT.matcher(line);
    return event.find() ? Integer.parseInt(event.group(1)) : -1;
  }

  /** Where a line and the next are events of two CPUs with one printed time. */
  private static int[] ties(List<String> lines) {
    return IntStream.range(0, lines.size() - 1).filter(i -> isTie(lines.get(i), lines.get(i + 1))).toArray();
  }

  private static boolean isTie(String line, String next) {
    Matcher a = EVENT.matcher(line);
    Matcher b = EVENT.matcher(next);
    return a.find() && b.find() && !a.group(1).equals(b.group(1)) && a.group(2).equals(b.group(2));
  }

  private static void swap(List<String> lines, int at) {
    if (isTie(lines.get(at), lines.get(at + 1))) {
      lines.set(at, lines.set(at + 1, lines.get(at)));
    }
  }

  private static Random random(Path capture, int edit) {
    return new Random(capture.getFileName().toString().hashCode() * 31L + edit);
  }

  private static void assertNoViolation(RealCaptures.Outcome outcome, String what, Object... arguments) {
    assertThat(outcome.violations()).as(what, arguments).isEmpty();
  }
}
