package io.vmatrace.checker.whatif;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmatrace.checker.mm.FaultReason;
import io.vmatrace.checker.protocol.Variant;
import io.vmatrace.checker.reconstruct.MmReconstruction;
import io.vmatrace.checker.run.CaptureRun;
import io.vmatrace.checker.run.Pass;
import io.vmatrace.checker.workload.CapturedWorkload;
import io.vmatrace.parser.capture.CaptureSet;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.input.CaptureLimits;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.ToLongFunction;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What captures of real kernels would have come to, under their own variant first of all. */
class WhatIfTest {
  private static final Path SHARED = Path.of("../../shared/captures/clean");

  /** Of a hundred faults that come out otherwise than in the capture: what the handler wants to be tried again, and refusals whose cause is not seen. */
  private static final int MOST_OTHERWISE = 3;

  private static WorkloadReader read(Path path) throws Exception {
    try (CaptureSet set = Captures.expand(path.toString(), CaptureLimits.DEFAULT);
        CaptureSource source = Objects.requireNonNull(set.next())) {
      WorkloadReader reader = new WorkloadReader();
      CaptureRun.over(source, CaptureRun.Options.DEFAULT, _ -> {}, reader);
      return reader;
    }
  }

  private static Variant own(Path path) {
    String name = path.getFileName().toString();
    return name.contains("6.12.") ? Variant.RWSEM : name.contains("6.16.") || name.contains("6.18.") ? Variant.REFCOUNT : Variant.EXCLUDE_READERS;
  }

  @ParameterizedTest
  @CsvSource({"7.2-slow-reader-churn.txt.zst, 26, 314", "7.2-slow-reader-fault-race.txt.zst, 18, 668"})
  void shouldComeToTheSecondWaitsThatTheCaptureShows(String name, long secondWaits, long detaches) throws Exception {
    Path capture = Files.exists(SHARED) ? SHARED.resolve(name) : Path.of("../samples/clean-" + name);
    assumeTrue(Files.exists(capture));
    WorkloadReader read = read(capture);
    Figures own = WhatIf.run(read.workload(Variant.EXCLUDE_READERS), List.of(Variant.EXCLUDE_READERS), 1, _ -> {}).own().runs().getFirst();
    assertThat(read.shown().secondWaits()).isEqualTo(secondWaits);
    assertThat(own.secondWaits().count()).isEqualTo(secondWaits);
    assertThat(own.detaches()).isEqualTo(detaches);
    assertThat(own.secondWaits().median()).isBetween(300_000L, 700_000L); // readers are delayed by half a millisecond
  }

  /** What the simulation says of the kernel's own variant is as near to the capture as its runs are to each other. */
  @ParameterizedTest
  @CsvSource({"7.2-slow-reader-churn.txt.zst, true", "7.2-slow-reader-fault-race.txt.zst, false"})
  void shouldComeNearTheCaptureWithJitter(String name, boolean nearInSecondWaits) throws Exception {
    Path capture = Files.exists(SHARED) ? SHARED.resolve(name) : Path.of("../samples/clean-" + name);
    assumeTrue(Files.exists(capture));
    WorkloadReader read = read(capture);
    JitteredRuns own = WhatIf.run(read.workload(Variant.EXCLUDE_READERS), List.of(), WhatIf.RUNS, _ -> {}).own();
    assertThat(isNear(own.range(Figures::fast), read.shown().fast())).isTrue();
    assertThat(isNear(own.range(figures -> figures.secondWaits().count()), Objects.requireNonNull(read.shown().secondWaits()))).isEqualTo(nearInSecondWaits);
  }

  private static boolean isNear(JitteredRuns.Range range, long shown) {
    return Math.abs(range.median() - shown) <= range.most() - range.least();
  }

  /** The kernels of 6.16.1 and of 7.0 have one algorithm under two names. */
  @ParameterizedTest
  @MethodSource("io.vmatrace.checker.conform.ConformanceTest#clean")
  void shouldSeeNoDifferenceBetweenTwoNamesOfOneAlgorithm(Path capture) throws Exception {
    List<Variant> names = List.of(Variant.REFCOUNT, Variant.EXCLUDE_READERS);
    List<JitteredRuns> runs = WhatIf.run(read(capture).workload(own(capture)), names, 8, _ -> {}).variants();
    Map<String, ToLongFunction<Figures>> figures =
        Map.of(
            "under the VMA lock", Figures::fast, "retries", Figures::retries, "detaches", Figures::detaches, "second waits", of -> of.secondWaits().count(), "waits for readers", of -> of.readers().count(),
            "time of them", of -> of.readers().total(), "waits to read", of -> of.mmapRead().count(), "time of those", of -> of.mmapRead().total(), "waits to write", of -> of.mmapWrite().count());
    figures.forEach((name, figure) -> assertThat(runs.getFirst().range(figure)).as(name).matches(range -> range.overlaps(runs.getLast().range(figure)), "overlaps " + runs.getLast().range(figure)));
  }

  /** Operations of threads and children come in the order that the program gives them, also where another lock makes them late. */
  @ParameterizedTest
  @MethodSource("io.vmatrace.checker.conform.ConformanceTest#clean")
  void shouldFindWhatIsMappedUnderEachVariant(Path capture) throws Exception {
    WhatIf.Result result = WhatIf.run(read(capture).workload(own(capture)), Variant.ALL, 3, _ -> {});
    assertThat(result.variants()).allSatisfy(runs -> assertThat(runs.wrong()).as(runs.variant()).isNull());
  }

  /** check counts page_fault_user and page_fault_kernel, and of the latter none is under the VMA lock. */
  @ParameterizedTest
  @MethodSource("io.vmatrace.checker.conform.ConformanceTest#clean")
  void shouldCountTheFaultsThatCheckCounts(Path capture) throws Exception {
    WorkloadReader reader = new WorkloadReader();
    Pass pass;
    try (CaptureSet set = Captures.expand(capture.toString(), CaptureLimits.DEFAULT);
        CaptureSource source = Objects.requireNonNull(set.next())) {
      pass = CaptureRun.over(source, CaptureRun.Options.DEFAULT, _ -> {}, reader);
    }
    MmReconstruction checked = pass.reconstruction();
    assertThat(reader.shown().faults()).isEqualTo(checked.faults().total());
    assertThat(reader.shown().fast()).isEqualTo(checked.faults().vmaLock());
    assertThat(reader.shown().kernel()).isGreaterThanOrEqualTo(checked.faultReasons().get(FaultReason.KERNEL_ACCESS)).isPositive(); // some run with page faults disabled
  }

  /** The pace that is taken from the run at the capture's times is right if it gives the same run. */
  @ParameterizedTest
  @MethodSource("io.vmatrace.checker.conform.ConformanceTest#clean")
  void shouldComeToTheSameUnderTheOwnVariant(Path capture) throws Exception {
    Variant own = own(capture);
    WorkloadReader read = read(capture);
    CapturedWorkload workload = read.workload(own);
    WhatIf.Result result = WhatIf.run(workload, List.of(own), 1, _ -> {});
    assertThat(result.own().runs()).containsExactly(result.captured());
    Figures figures = result.captured();
    assertThat(figures.broken()).isNull();
    assertThat(figures.faults()).isEqualTo(read.shown().faults() - read.shown().kernel());
    assertThat(figures.fast() + figures.notMapped() + figures.fallbacks().values().stream().mapToLong(Long::longValue).sum()).isEqualTo(figures.faults());
    if (!capture.toString().contains("userfault")) { // faults that wait for user space are not run so
      assertThat(Math.abs(figures.fast() - read.shown().fast())).isLessThanOrEqualTo(1 + MOST_OTHERWISE * figures.faults() / 100);
    }
  }

  @ParameterizedTest
  @MethodSource("io.vmatrace.checker.conform.ConformanceTest#clean")
  void shouldKeepTheInvariantsUnderAllVariants(Path capture) throws Exception {
    CapturedWorkload workload = read(capture).workload(own(capture));
    for (JitteredRuns runs : WhatIf.run(workload, Variant.ALL, 1, _ -> {}).variants()) {
      Figures figures = runs.runs().getFirst();
      assertThat(runs.wrong()).as(runs.variant()).isNull();
      assertThat(figures.broken()).as(figures.variant()).isNull();
      assertThat(figures.fast() + figures.notMapped() + figures.fallbacks().values().stream().mapToLong(Long::longValue).sum()).as(figures.variant()).isEqualTo(figures.faults());
    }
  }

  /** Lines are missing, stand elsewhere, or have other digits: whatever is read can be run, and comes to an end. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void shouldRunWhateverIsRead(int seed, @TempDir Path folder) throws Exception {
    List<String> lines = new ArrayList<>();
    try (var text = new BufferedReader(new InputStreamReader(new ZstdCompressorInputStream(Files.newInputStream(Path.of("../samples/clean-7.2.13-churn.txt.zst"))), StandardCharsets.UTF_8))) {
      text.lines().forEach(lines::add);
    }
    SplittableRandom random = new SplittableRandom(seed);
    for (int edits = 40 * seed; edits > 0; edits--) {
      int at = random.nextInt(12, lines.size() - 1);
      switch (random.nextInt(3)) {
        case 0 -> lines.remove(at);
        case 1 -> lines.add(random.nextInt(12, lines.size()), lines.remove(at));
        default -> lines.set(at, otherDigit(lines.get(at), random));
      }
    }
    WorkloadReader read = read(Files.write(folder.resolve("edited.txt"), lines));
    CapturedWorkload workload = read.workload(Variant.EXCLUDE_READERS);
    for (JitteredRuns runs : WhatIf.run(workload, Variant.ALL, 2, _ -> {}).variants()) {
      Figures figures = runs.runs().getFirst();
      assertThat(figures.fast() + figures.notMapped()).isLessThanOrEqualTo(figures.faults());
    }
  }

  private static String otherDigit(String line, SplittableRandom random) {
    int at = random.nextInt(50, Math.max(51, line.length()));
    boolean digit = at < line.length() && Character.digit(line.charAt(at), 16) >= 0;
    return digit ? line.substring(0, at) + Integer.toHexString(random.nextInt(16)) + line.substring(at + 1) : line;
  }
}
