package io.vmatrace.checker.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vmatrace.checker.measure.ContenderCost.Latency;
import io.vmatrace.checker.measure.MeasureReport.Part;
import io.vmatrace.checker.measure.Operation.Call;
import io.vmatrace.checker.protocol.Variant;
import io.vmatrace.checker.run.CaptureRun;
import io.vmatrace.parser.capture.CaptureSet;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureLimits;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** That it measures, not what: a test's machine is never quiet. */
@Execution(ExecutionMode.CONCURRENT)
class MeasureTest {
  private static final Path SAMPLES = Path.of("../samples");

  /** Two tasks fault in what a third maps, changes and unmaps. */
  private static Workload small() {
    List<Operation> faults = List.of(Operation.fault(0, 0x10123), Operation.fault(0, 0x11000), Operation.fault(0, 0x12fff));
    List<Operation> changes =
        List.of(
            new Operation(0, Call.MMAP, 0x10000, 0x4000, 3),
            new Operation(0, Call.MPROTECT, 0x11000, 0x1000, 1),
            new Operation(0, Call.DONTNEED, 0x11000, 0x1000, 0),
            new Operation(0, Call.MUNMAP, 0x12000, 0x1000, 0));
    return new Workload(List.of(faults, faults, changes));
  }

  @Test
  void shouldMeasureEachInAJvmOfItsOwn() throws IOException {
    Measure.Settings settings = new Measure.Settings(4_000, null, 2, 1, 2);
    AtomicLong told = new AtomicLong();
    MeasureReport report = new Measure(settings, told::set).run("small", small());
    assertThat(told).hasValue(Measure.steps(settings, small()));
    assertThat(report.parts()).extracting(Part::kind).containsExactly(Part.Kind.values());
    assertThat(report.parts()).extracting(Part::threads).containsExactly(1, 2, 3);
    Part all = report.parts().get(2);
    assertThat(all.operations()).isEqualTo(1000);
    assertThat(all.measured()).extracting(ContenderCost::contender).containsExactlyElementsOf(Contender.ofAll());
    for (ContenderCost of : all.measured()) {
      assertThat(of.operationsPerSecond().samples()).isEqualTo(2);
      assertThat(of.operationsPerSecond().mean()).isPositive();
      assertThat(of.cpuNanos().mean()).isPositive();
      // Two JVMs, in each one round of 100 repeats of six faults and one munmap, with their times taken.
      assertThat(of.latencies().get(Call.FAULT)).isNotNull().extracting(Latency::count).isEqualTo(2 * 100 * 6L);
      assertThat(of.latencies().get(Call.MUNMAP)).isNotNull().extracting(Latency::count).isEqualTo(2 * 100L);
    }
    ContenderCost refcount = all.measured().stream().filter(of -> of.contender().equals(Variant.EXCLUDE_READERS.name())).findFirst().orElseThrow();
    assertThat(refcount.counts().detached()).isGreaterThan(100);
    assertThat(refcount.ratios().keySet()).containsAll(Contender.BASELINES).containsAll(Contender.RIVALS);
  }

  /** The median of each JVM's rounds, and the ratio within the round: one bad round does not show. */
  @Test
  void shouldCompareWithinARound() {
    Map<String, ContenderRounds> tallies = new LinkedHashMap<>();
    for (String contender : List.of(Contender.ATOMIC_PAIR, "rwsem")) {
      ContenderRounds tally = new ContenderRounds(Part.Kind.FAULTS_ALONE, 10);
      long cost = contender.equals("rwsem") ? 3 : 1;
      for (int fork = 1; fork <= 2; fork++) {
        tally.beginFork();
        for (int noise : new int[] {1, 100, 2}) {
          tally.add(new Round(1, 10L * cost * noise * fork));
        }
      }
      tallies.put(contender, tally);
    }
    ContenderCost measured = Objects.requireNonNull(tallies.get("rwsem")).measured("rwsem", tallies);
    assertThat(measured.ratios()).containsOnlyKeys(Contender.ATOMIC_PAIR);
    Interval ratio = Objects.requireNonNull(measured.ratios().get(Contender.ATOMIC_PAIR));
    assertThat(ratio.mean()).isCloseTo(3, within(1e-9));
    assertThat(ratio.factor()).isCloseTo(1, within(1e-9));
    assertThat(measured.cpuNanos().mean()).isCloseTo(Math.sqrt(6 * 12), within(1e-9));
  }

  @Test
  void shouldMakeIntervalsByStudentsT() {
    Interval interval = Interval.of(5, 10, 20);
    assertThat(interval.mean()).isCloseTo(10, within(1e-9));
    assertThat(interval.factor()).isCloseTo(Math.exp(4.303 * Math.log(2) / Math.sqrt(3)), within(1e-9));
    assertThat(interval.low() * interval.high()).isCloseTo(100, within(1e-9));
    assertThat(Interval.of(1, 1000).low()).as("of what is positive no bound is negative").isPositive();
    assertThat(Interval.of(5).factor()).isInfinite();
    assertThat(Interval.of(5).visible()).isInfinite();
    for (int freedom = 1; freedom <= 30; freedom++) {
      assertThat(outside(Interval.t(freedom), freedom)).as("%d degrees of freedom", freedom).isCloseTo(0.05, within(5e-5));
    }
    assertThat(outside(Interval.t(100), 100)).isBetween(0.04, 0.05);
  }

  /** How much of the distribution lies beyond t on both sides: t = sqrt(n) tan(a) turns the density into cos(a)^(n-1), summed here. */
  private static double outside(double t, int n) {
    double limit = Math.atan(t / Math.sqrt(n));
    int steps = 20_000;
    double inside = 0;
    double all = 0;
    for (int i = 0; i < steps; i++) {
      inside += Math.pow(Math.cos(limit * (i + 0.5) / steps), n - 1) * limit;
      all += Math.pow(Math.cos(Math.PI / 2 * (i + 0.5) / steps), n - 1) * Math.PI / 2;
    }
    return 1 - inside / all;
  }

  @Test
  void shouldGoThroughAPipeUnchanged() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    small().write(new DataOutputStream(bytes));
    assertThat(Workload.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())))).isEqualTo(small());
  }

  @Test
  void shouldMapWhatIsUsed() {
    assertThat(small().mapped(0)).containsExactly(new Operation(0, Call.MMAP, 0x10000, 0x4000, 3));
    assertThat(small().faultsOnly().tasks()).singleElement().isEqualTo(Stream.concat(small().tasks().get(0).stream(), small().tasks().get(1).stream()).toList());
    List<List<Operation>> shuffled = small().faultsOnly(2).tasks();
    assertThat(shuffled).hasSize(2).doesNotHaveDuplicates().allMatch(task -> task.size() == 1002);
    assertThat(shuffled.get(0)).containsExactlyInAnyOrderElementsOf(shuffled.get(1));
    assertThat(small().onThreads(2).tasks()).extracting(List::size).containsExactly(7, 3);
    assertThat(small().onThreads(4).tasks()).extracting(List::size).containsExactly(3, 3, 4, 3);
  }

  @Test
  void shouldTakeFromACaptureWhatTasksDid() throws CaptureException {
    Workload workload = of(SAMPLES.resolve("clean-7.2.13-fault-race.txt.zst"));
    assertThat(workload.faults()).isEqualTo(27);
    assertThat(workload.mms()).isEqualTo(1);
    long fixed = workload.tasks().stream().flatMap(List::stream).filter(operation -> operation.call() == Call.MMAP).count();
    assertThat(fixed).isEqualTo(44);
    Workload churn = of(SAMPLES.resolve("clean-7.2.13-churn.txt.zst"));
    assertThat(churn.tasks().stream().flatMap(List::stream).map(Operation::call)).contains(Call.values());
  }

  private static Workload of(Path path) throws CaptureException {
    try (CaptureSet set = Captures.expand(path.toString(), CaptureLimits.DEFAULT);
        CaptureSource source = Objects.requireNonNull(set.next())) {
      WorkloadBuilder builder = new WorkloadBuilder();
      CaptureRun.over(source, CaptureRun.Options.DEFAULT, _ -> {}, builder);
      return builder.build();
    }
  }
}
