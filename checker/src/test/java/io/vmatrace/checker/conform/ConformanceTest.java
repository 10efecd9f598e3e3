package io.vmatrace.checker.conform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmatrace.checker.conform.ReplayReport.Verdict;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.run.CaptureRun;
import io.vmatrace.checker.steps.Design;
import io.vmatrace.parser.capture.CaptureSet;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.input.CaptureLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Captures of real kernels against the variant that they have, and against others. */
class ConformanceTest {
  private static final Path SHARED = Path.of("../../shared/captures");
  private static final Path SAMPLES = Path.of("../samples");

  /** Clean captures with probes. */
  static Stream<Path> clean() throws Exception {
    Path folder = Files.exists(SHARED) ? SHARED.resolve("clean") : SAMPLES;
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(path -> path.toString().endsWith(".txt.zst") && !path.toString().contains("e0-hashed") && !path.toString().contains("broken-"))
          .sorted()
          .toList()
          .stream();
    }
  }

  private static boolean isBefore70(Path capture) {
    return capture.getFileName().toString().contains("6.1");
  }

  private static ReplayReport replay(Path path, @Nullable String against) throws Exception {
    try (CaptureSet set = Captures.expand(path.toString(), CaptureLimits.DEFAULT);
        CaptureSource source = Objects.requireNonNull(set.next())) {
      Replay replay = new Replay(against == null ? null : Design.Catalogue.builtIn().variant(against));
      CaptureRun.over(source, CaptureRun.Options.DEFAULT, _ -> {}, replay);
      return replay.report();
    }
  }

  @ParameterizedTest
  @MethodSource("clean")
  void shouldFollowACleanKernelToTheEnd(Path capture) throws Exception {
    ReplayReport report = replay(capture, null);
    assertThat(report.mismatches()).isEmpty();
    assertThat(report.verdict()).isEqualTo(Verdict.CONFORMS);
    assertThat(report.compared()).isGreaterThan(50);
    assertThat(report.outsiders()).isZero(); // nobody else ran there
    assertThat(report.undecided()).isZero();
    assertThat(report.returnsMissing()).isZero();
    ReplayReport.SecondWaits waits = report.secondWaits();
    assertThat(waits == null).isEqualTo(isBefore70(capture)); // the function that waits is inline to 6.19
    if (waits != null) {
      assertThat(waits.explained()).isEqualTo(waits.count());
    }
  }

  /** Tracepoints alone show that the mmap_lock was not taken. */
  @Test
  void shouldRefuseFaultsUnderTheVmaLockWhereThereIsNone() throws Exception {
    ReplayReport.FaultOutcomes faults = replay(SAMPLES.resolve("clean-6.18.15-churn-e0-hashed.txt.zst"), "mmap-lock").faults();
    assertThat(faults.refused()).extracting(Report.ReasonCount::path).contains("vmaLock").doesNotContain("mmapLock");
    assertThat(faults.predicted()).extracting(Report.ReasonCount::path).containsOnly("mmapLock");
  }

  /** A mismatch stands under the name of the function that the event shows. */
  @Test
  void shouldNameTheFunctionThatDoesNotFit() throws Exception {
    Path capture = SAMPLES.resolve("clean-7.2.13-fault-race.txt.zst");
    for (String variant : List.of("rwsem", "mmap-lock")) {
      assertThat(replay(capture, variant).mismatches()).isNotEmpty().allMatch(mismatch -> mismatch.text().contains(mismatch.step()), variant);
    }
  }

  @ParameterizedTest
  @MethodSource("clean")
  void shouldNotTakeOneLockForTheOther(Path capture) throws Exception {
    boolean rwsem = capture.getFileName().toString().contains("6.12.");
    ReplayReport report = replay(capture, rwsem ? "lock-store-detach-6.16" : "rwsem");
    assertThat(report.verdict()).isEqualTo(Verdict.DIVERGES);
    assertThat(replay(capture, "mmap-lock").verdict()).isEqualTo(Verdict.DIVERGES);
  }

  /** What the README of the captures says of each, counted by hand there; where the broken step never ran there is no mismatch. */
  @ParameterizedTest
  @CsvSource({
    "fork-unlocked-fork-faults.txt.zst, dup_mmap, 575, 168",
    "fork-unlocked-churn.txt.zst, , 0, 0",
    "fork-unlocked-fault-race.txt.zst, , 0, 0",
    "fork-unlocked-files.txt.zst, , 0, 0",
    "free-attached-churn.txt.zst, vm_area_free, 1000, 24",
    "free-attached-fault-race.txt.zst, vm_area_free, 567, 80",
    "free-attached-files.txt.zst, vm_area_free, 1242, 32",
    "free-attached-fork-faults.txt.zst, , 0, 0",
    "detach-no-wait-churn.txt.zst, vm_area_free, 1016, 11",
    "no-reader-wait-oops-console.log.zst, died_in_fault, 1298, 1"
  })
  void shouldRefuseABrokenKernelWhereTheBrokenStepShows(String name, @Nullable String step, long at, long refused) throws Exception {
    Path capture = capture("broken", name);
    assumeTrue(Files.exists(capture), "needs the captures beside the project");
    ReplayReport report = replay(capture, null);
    assertThat(report.refused()).isEqualTo(refused);
    if (step != null) {
      assertThat(report.verdict()).isEqualTo(Verdict.DIVERGES);
      assertThat(report.mismatches()).allMatch(mismatch -> mismatch.step().equals(step));
      assertThat(report.mismatches().get(0).at()).isEqualTo(at);
      assertThat(report.conformsUpTo()).isEqualTo(at - 1);
      boolean hasText = !step.equals("died_in_fault"); // which no event of the capture's tracepoints says
      assertThat(report.mismatches()).allMatch(mismatch -> !hasText || mismatch.text().contains(Objects.requireNonNull(mismatch.vma()).substring(2)));
    }
  }

  @ParameterizedTest
  @CsvSource({"7.2-slow-reader-churn, 26", "7.2-slow-reader-fault-race, 18"})
  void shouldExplainEachSecondWaitByAReader(String name, long waits) throws Exception {
    Path capture = capture("clean", name + ".txt.zst");
    assumeTrue(Files.exists(capture), "needs the captures beside the project");
    ReplayReport report = replay(capture, null);
    assertThat(report.secondWaits()).isEqualTo(new ReplayReport.SecondWaits(waits, waits));
  }

  private static Path capture(String folder, String name) {
    return Files.exists(SHARED) ? SHARED.resolve(folder).resolve(name) : SAMPLES.resolve(folder + "-" + name);
  }
}
