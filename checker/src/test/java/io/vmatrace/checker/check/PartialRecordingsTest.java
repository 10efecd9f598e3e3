package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.Certainty;
import io.vmatrace.checker.report.Report.RuleResult;
import io.vmatrace.checker.report.Report.Status;
import io.vmatrace.checker.report.Report.Verdict;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.MmapLockEvents;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Recordings of clean kernels that lack events without a mark: filtered, dropped, overwritten, or logged in another order. */
@Tag("soundness")
class PartialRecordingsTest {
  private static Report check(String file, @Nullable String kernel) throws Exception {
    assumeTrue(RealCaptures.hasShared(), "needs the captures beside the project");
    return Check.run(RealCaptures.shared(file).toString(), new Check.Options(kernel, true), _ -> {});
  }

  @ParameterizedTest
  @CsvSource({
    "falsealarm-R39-nooverwrite-dropped, CPU 1 has no events after",
    "falsealarm-R41-noannotate-overrun, 13979 events were lost",
    "falsealarm-R47-filter-memcg, events of the mmap_lock are missing that must have happened (R47)",
    "synthetic-sng-clone-cpuringnohdr-94, CPU 0 has no events before",
    "synthetic-sng-clone-ends1-1, CPU 1 has no events after"
  })
  void shouldNotConvictAndSayWhatIsMissing(String name, String reason) throws Exception {
    Report report = check("real/" + name + ".txt.zst", null);
    assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(report.findings()).allMatch(finding -> finding.certainty() == Certainty.POSSIBLE);
    assertThat(report.reasons()).singleElement().asString().startsWith(reason);
    assertThat(report.rules()).anyMatch(rule -> rule.status() == Status.INCONCLUSIVE).noneMatch(rule -> rule.status() == Status.HELD && rule.possible() > 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"falsealarm-R39-filter-write", "kernel-address-fault", "stack-growth-raw_syscalls-w0", "userstacktrace-nested-faults"})
  void shouldNotConvict(String name) throws Exception {
    assertThat(check("real/" + name + ".txt.zst", null).findings()).isEmpty();
  }

  /** Recordings of Linux 6.18 while tracing_on went to 0 and back to 1: a system call has no end, or no begin. */
  @ParameterizedTest
  @CsvSource({"paused-threads, 2776", "paused-exec, 10086"})
  void shouldSeeThatRecordingWasOffForAWhile(String name, long line) throws Exception {
    Report report = Check.run("src/test/resources/options/" + name + "-6.18.txt.zst", new Check.Options(null, true), _ -> {});
    assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(report.findings()).isNotEmpty().allMatch(finding -> finding.certainty() == Certainty.POSSIBLE);
    assertThat(report.reasons().getFirst()).startsWith("events are missing after line %d, ".formatted(line));
  }

  /** The first 60 lines of recordings of Linux 6.18 with a trace option that leaves out the fields, or the task. */
  @ParameterizedTest
  @ValueSource(strings = {"raw", "hex", "nocontext-info"})
  void shouldNameTheOptionsThatLeaveOutWhatLinesSay(String option) throws Exception {
    Report report = Check.run("src/test/resources/options/" + option + "-6.18.txt", new Check.Options(null, true), _ -> {});
    assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(report.reasons()).anyMatch(reason -> reason.contains(" lines cannot be read, the first is line "));
    assertThat(report.reasons().getLast()).contains("the trace options raw, hex, bin and nocontext-info");
  }

  /** The capture ends inside two holds that overlap: nothing that follows could part them. */
  @ParameterizedTest
  @ValueSource(strings = {"overlap-at-the-end", "release-logged-late"})
  void shouldConvictHoldsThatOverlap(String name) throws Exception {
    Report report = check("reported/" + name + ".txt", "6.18.0");
    assertThat(report.verdict()).isEqualTo(Verdict.VIOLATION);
    assertThat(report.findings()).singleElement().matches(finding -> finding.rule().equals("R39"));
  }

  @ParameterizedTest
  @CsvSource({"5.14.0, this kernel logs the release after the unlock", ", a kernel to 5.14 logs the release after the unlock"})
  void shouldNotOrderHoldsWhereReleasesAreLoggedLate(String kernel, String why) throws Exception {
    Report report = check("reported/release-logged-late.txt", kernel);
    assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    RuleResult overlaps = report.rules().stream().filter(rule -> rule.id().equals("R39")).findFirst().orElseThrow();
    assertThat(overlaps.status()).isEqualTo(Status.NOT_EVIDENCED);
    assertThat(overlaps.why()).startsWith(why);
  }

  /** The buffer of a CPU is full inside a write hold, or begins there, and others have so few events more that its silence is nothing unusual. */
  @ParameterizedTest
  @ValueSource(strings = {"clean-7.2-slow-reader-fault-race", "clean-6.12.94-churn", "clean-6.18.15-churn-e0-hashed"})
  void shouldNotConvictWhereACpuIsSilentForAFewEventsAtTheEnds(String sample) {
    DecodedCapture capture = DecodedCapture.of(Path.of("../samples/" + sample + ".txt.zst"));
    EventBatch all = capture.events();
    for (int i = 0; i < all.size(); i++) {
      if (all.kind(i) == MmapLockEvents.MMAP_LOCK_ACQUIRE_RETURNED && all.value(i, Field.WRITE) != 0 && i % 5 == 0) {
        int at = i + 1;
        int cpu = all.cpu(i);
        for (int few = 4; few < 16; few += 3) {
          int end = withOthers(all, at, cpu, few);
          assertThat(capture.check((events, j) -> j < at || j < end && events.cpu(j) != cpu).findings()).as("%d to %d", at, end).isEmpty();
          assertThat(capture.check((events, j) -> j >= end || j >= at && events.cpu(j) != cpu).findings()).as("from %d to %d", at, end).isEmpty();
        }
      }
    }
  }

  /** Where other CPUs have had so many events. */
  private static int withOthers(EventBatch events, int from, int cpu, int many) {
    int left = many;
    int i = from;
    while (i < events.size() && left > 0) {
      left -= events.cpu(i) == cpu ? 0 : 1;
      i++;
    }
    return i;
  }

  /** A program of five threads on Linux 6.18, of whose calls all are recorded by their numbers, and those that end a thread by their name too: one is in mprotect() then. */
  @Test
  void shouldPairCallsThatAreRecordedByTheirNumbers() {
    Report report = DecodedCapture.of(Path.of("src/test/resources/options/raw-calls-6.18.txt.zst")).check((_, _) -> true);
    assertThat(report.reasons()).isEmpty();
    assertThat(report.verdict()).isEqualTo(Report.Verdict.OK);
  }

  /** The events of the mmap_lock go off in the middle, and the capture goes on for long: it is not its end that leaves rules undecided. */
  @Test
  void shouldNotSayThatTheCaptureEndsWhereEventsOfTheMmapLockWentOff() {
    DecodedCapture capture = DecodedCapture.of(Path.of("../samples/clean-7.2-slow-reader-fault-race.txt.zst"));
    int half = capture.events().size() / 2;
    List<String> reasons =
        IntStream.range(0, 40)
            .mapToObj(i -> capture.check((events, j) -> events.kind(j).source() != EventKind.Source.SYSCALL_EXIT && (j < half + 10 * i || !isOfTheMmapLock(events, j))))
            .flatMap(report -> report.reasons().stream())
            .distinct()
            .toList();
    assertThat(reasons).isNotEmpty().noneMatch(reason -> reason.contains("the capture ends"));
  }

  private static boolean isOfTheMmapLock(EventBatch events, int i) {
    return events.kind(i).eventName().startsWith("mmap_lock_");
  }
}
