package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.report.Report.Certainty;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a look-up finds in a range that munmap has cleared is a violation only where that munmap is seen to go on after it. */
class FoundInUnmappedTest {
  /** Longer than tracing is off at least, in microseconds. */
  private static final long LONG = 150;

  static Stream<RuleCase> cases() {
    return RuleCases.all().stream().filter(c -> c.rule().equals("R71") || c.rule().equals("R68") && c.edit().contains("after its downgrade"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldConvictWhereTheUnmappingGoesOn(RuleCase c) {
    Lines lines = c.violation();
    assertThat(of(c, lines)).containsExactly(Certainty.DEFINITE);
  }

  /** Its system call may have ended before the look-up, and the range may have been mapped again. */
  @ParameterizedTest
  @MethodSource("cases")
  void shouldNotConvictWhereTheUnmapperHasNoEventsAnyMore(RuleCase c) {
    Lines lines = c.violation();
    int pid = unmapper(lines);
    for (int i = lines.lines().size() - 1; i >= lines.expected(); i--) {
      if (lines.event(i).pid() == pid) {
        lines.remove(i);
      }
    }
    assertThat(of(c, lines)).containsExactly(Certainty.POSSIBLE);
  }

  /**
   * Nor where its CPU was silent around the look-up, for so long that tracing may have been off there, and nothing reads mm_lock_seq after it: the
   * same task may have mapped the range, and be unmapping it again.
   */
  @ParameterizedTest
  @MethodSource("cases")
  void shouldNotConvictWhereTheUnmapperWasSilentAroundTheLookUp(RuleCase c) {
    Lines lines = c.violation();
    int pid = unmapper(lines);
    List<String> later = IntStream.range(0, lines.lines().size()).mapToObj(i -> i < lines.expected() ? lines.lines().get(i) : later(lines.event(i))).toList();
    Lines silent = new Lines(new ArrayList<>(later), 0);
    silent.expectAt(lines.expected() - 1);
    silent.lines().replaceAll(line -> line.contains("-" + pid + " ") && later.indexOf(line) >= lines.expected() ? line.replaceAll(" mm_seq=\\d+", "") : line);
    assertThat(of(c, silent)).containsExactly(Certainty.POSSIBLE);
  }

  private static String later(Lines.Event event) {
    return event.line(event.pid(), event.cpu(), event.micros() + LONG, event.text());
  }

  /** The task that has gathered last before the look-up. */
  private static int unmapper(Lines lines) {
    return lines.event(lines.findBefore(lines.expected() - 1, ": vms_gather_munmap_vmas_ret: ")).pid();
  }

  private static List<Certainty> of(RuleCase c, Lines lines) {
    RealCaptures.Outcome outcome = RealCaptures.run(RealCaptures.join(lines.lines()));
    return outcome.rules().findings().stream().filter(f -> f.rule().id().equals(c.rule()) && f.at() == lines.expected()).map(Found::certainty).toList();
  }
}
