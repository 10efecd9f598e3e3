package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.RuleResult;
import io.vmatrace.checker.report.Report.Status;
import io.vmatrace.checker.report.Report.Verdict;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.MmapLockEvents;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The events of one CPU of a machine that has two, as per_cpu/cpuN/trace has them, and those of programs that were pinned to one. */
class OneCpuTest {
  private static final DecodedCapture CAPTURE = DecodedCapture.of(Path.of("../samples/clean-7.2-slow-reader-fault-race.txt.zst"));

  @Test
  void shouldGiveNoVerdictWhereTasksWereOnTheOtherCpuToo() {
    Report report = CAPTURE.check((events, i) -> events.cpu(i) == 0);
    assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(report.reasons()).singleElement().asString().startsWith("only one CPU is in it");
    assertThat(report.rules()).noneMatch(rule -> rule.status() == Status.HELD).anyMatch(rule -> rule.status() == Status.INCONCLUSIVE);
  }

  @Test
  void shouldGiveOneWhereBothAre() {
    assertThat(CAPTURE.check((_, _) -> true).verdict()).isEqualTo(Verdict.OK);
  }

  /**
   * A release of the mmap_lock is taken out, of which CPU 0 alone shows as much as both, at the first place where others stand so close around
   * it that such events were on ({@link Silences}).
   */
  @Test
  void shouldOnlySuspectWhatTheOtherCpuMayExcuse() {
    EventBatch all = CAPTURE.events();
    int release =
        IntStream.range(0, all.size())
            .filter(i -> isReleaseOnCpu0(all, i) && CAPTURE.check((_, j) -> j != i).verdict() == Verdict.VIOLATION)
            .findFirst()
            .orElseThrow();
    Report one = CAPTURE.check((events, i) -> events.cpu(i) == 0 && i != release);
    assertThat(one.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(one.findings()).isEmpty();
    assertThat(one.rules().stream().mapToLong(RuleResult::possible).sum()).isPositive();
  }

  private static boolean isReleaseOnCpu0(EventBatch events, int i) {
    return events.kind(i) == MmapLockEvents.MMAP_LOCK_RELEASED && events.cpu(i) == 0 && events.value(i, Field.WRITE) != 0;
  }

  /** A recording of Linux 6.18 of a shell and what it starts, all on CPU 0 of two, with or without events of a name. */
  private static List<String> pinned(String without) {
    List<String> lines = RealCaptures.lines(Path.of("src/test/resources/options/pinned-6.18.txt.zst"));
    return new ArrayList<>(lines.stream().filter(line -> without.isEmpty() || !line.contains(without)).toList());
  }

  private static int middle(List<String> lines, String event) {
    int[] places = IntStream.range(0, lines.size()).filter(i -> lines.get(i).contains(event) && lines.get(i).contains("write=true")).toArray();
    return places[places.length / 2];
  }

  private static Report check(List<String> lines, Path folder) throws Exception {
    int events = (int) lines.stream().filter(line -> !line.startsWith("#")).count();
    Path file = folder.resolve("trace.txt");
    Files.write(file, lines.stream().map(line -> line.replaceFirst("entries-written: \\d+/\\d+", "entries-written: " + events + "/" + events)).toList());
    return Check.run(file.toString(), new Check.Options(null, false), _ -> {});
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "sched_switch", "sys_"})
  void shouldTakeAPinnedProgramForWhole(String without, @TempDir Path folder) throws Exception {
    assertThat(check(pinned(without), folder).verdict()).isEqualTo(Verdict.OK);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "sched_switch"})
  void shouldConvictTheKernelOfAPinnedProgramThatReleasesTwice(String without, @TempDir Path folder) throws Exception {
    List<String> lines = pinned(without);
    int release = middle(lines, "mmap_lock_released");
    lines.add(release, lines.get(release));
    Report report = check(lines, folder);
    assertThat(report.verdict()).isEqualTo(Verdict.VIOLATION);
    assertThat(report.findings()).singleElement().matches(finding -> finding.rule().equals("R41"));
  }

  @Test
  void shouldNotBlameAnotherCpuWhereTheTaskDidNotLeaveItsOwn(@TempDir Path folder) throws Exception {
    List<String> lines = pinned("");
    lines.remove(middle(lines, "mmap_lock_acquire_returned"));
    Report report = check(lines, folder);
    assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(report.reasons()).singleElement().asString().contains("a request for the mmap_lock has no answer, or an answer no request (1 such place ");
  }

  /** Nothing shows that it is not the buffer of one CPU, in which the acquisition of another one is missing. */
  @Test
  void shouldGiveNoVerdictWhereNeitherCallsNorSwitchesAreRecorded(@TempDir Path folder) throws Exception {
    List<String> lines = pinned("sched_switch");
    lines.removeIf(line -> line.contains("sys_"));
    lines.add(middle(lines, "mmap_lock_released"), lines.get(middle(lines, "mmap_lock_released")));
    Report report = check(lines, folder);
    assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(report.reasons()).singleElement().asString().startsWith("only one CPU is in it");
  }
}
