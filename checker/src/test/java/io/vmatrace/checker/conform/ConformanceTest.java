package io.vmatrace.checker.conform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.luben.zstd.ZstdInputStream;
import io.vmatrace.checker.conform.ReplayReport.Verdict;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.run.CaptureRun;
import io.vmatrace.checker.steps.Design;
import io.vmatrace.parser.capture.CaptureSet;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.input.CaptureLimits;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Captures of real kernels against the variant that they have, and against others. */
class ConformanceTest {
  private static final Path SHARED = Path.of("../../shared/captures");
  private static final Path SAMPLES = Path.of("../samples");

  /** A number of a section, but for that of a VMA that was never locked. */
  private static final Pattern SEQ = Pattern.compile("((?:lock|mm)_seq=)(?!4294967295)([0-9]+)");

  /** Clean captures with probes: those of the project, and those beside it where they are. */
  static Stream<Path> clean() throws Exception {
    List<Path> all = new ArrayList<>();
    for (Path folder : Files.exists(SHARED) ? List.of(SAMPLES, SHARED.resolve("clean")) : List.of(SAMPLES)) {
      try (Stream<Path> files = Files.list(folder)) {
        files
            .filter(path -> path.toString().endsWith(".txt.zst") && !path.toString().contains("e0-hashed") && !path.toString().contains("broken-"))
            .sorted()
            .forEach(all::add);
      }
    }
    return all.stream();
  }

  private static boolean isBefore70(Path capture) {
    return capture.getFileName().toString().contains("6.1");
  }

  private static ReplayReport replay(Path path, @Nullable String against) throws Exception {
    return replay(path, against, null);
  }

  private static ReplayReport replay(Path path, @Nullable String against, @Nullable String release) throws Exception {
    try (CaptureSet set = Captures.expand(path.toString(), CaptureLimits.DEFAULT);
        CaptureSource source = Objects.requireNonNull(set.next())) {
      Replay replay = new Replay(against == null ? null : Design.Catalogue.builtIn().variant(against));
      CaptureRun.over(source, new CaptureRun.Options(EventNames.BUILT_IN, release), _ -> {}, replay);
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
    assertThat(waits == null || !isBefore70(capture)).as("the function that waits is inline to 6.19, and where none was seen later nothing may have been recorded").isTrue();
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

  /** The sequence number of a seqcount is twice that of 6.4 to 6.13, which counts the sections that are over; nothing else of the capture changes. */
  @ParameterizedTest
  @CsvSource({
    "false, , rwsem, 0",
    "false, 6.12.94-cloud-amd64, rwsem, 0",
    "false, 6.14.0, rwsem, 0",
    "false, 6.12.87, rwsem-6.10, 0",
    "true, , rwsem-6.4, 0",
    "true, 6.8.0-45-generic, rwsem-6.4, 0",
    "true, 6.10.11, rwsem-6.10, 0",
    "true, 6.12.43+deb13-amd64, rwsem-6.10, 0",
    "true, 6.13.7, rwsem-6.10, 0",
    "true, 6.12.88, rwsem, 1",
    "true, 6.14.0, rwsem, 1"
  })
  void shouldFollowTheFormThatTheReleaseHas(boolean halved, @Nullable String release, String form, int refused, @TempDir Path folder) throws Exception {
    Path capture = SAMPLES.resolve("clean-6.12.94-churn.txt.zst");
    if (halved) {
      try (InputStream text = new ZstdInputStream(Files.newInputStream(capture))) {
        Path edited = folder.resolve("edited.txt");
        Files.writeString(edited, SEQ.matcher(new String(text.readAllBytes(), UTF_8)).replaceAll(number -> number.group(1) + Long.parseLong(number.group(2)) / 2));
        capture = edited;
      }
    }
    ReplayReport report = replay(capture, null, release);
    assertThat(report.variant()).isEqualTo(form);
    assertThat(report.mismatches().isEmpty()).isEqualTo(refused == 0);
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
    "merge-unlocked-merge.txt.zst, anon_vma_clone, 695, 5",
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
      assertThat(report.faults().refusedAt()).isEqualTo(at);
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
    Path shared = SHARED.resolve(folder).resolve(name);
    return Files.exists(shared) ? shared : SAMPLES.resolve(folder + "-" + name);
  }
}
