package io.vmatrace.checker.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmatrace.checker.concurrent.Measured.Latency;
import io.vmatrace.checker.concurrent.Operation.Call;
import io.vmatrace.checker.engine.Variant;
import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.event.EventNames;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureLimits;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** By hand, the tables of docs/PERFORMANCE.md: {@code -Dvmatrace.measure=10000000 -Dtest=MeasureTest#shouldCostAsMuchAsClaimed}. */
class MeasureTest {
  private static final long OPERATIONS = Long.getLong("vmatrace.measure", 0);
  private static final Path CLEAN = Path.of("../../shared/captures/clean");

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
  void shouldMeasureEachInAJvmOfItsOwn() throws IOException, InterruptedException {
    List<Measured> measured = new Measure(new Measure.Settings(4_000, 2, 1, 2)).run(small(), Measure.contenders());
    assertThat(measured).extracting(Measured::contender).containsExactlyElementsOf(Measure.contenders());
    for (Measured of : measured) {
      assertThat(of.operationsPerSecond().samples()).isEqualTo(4);
      assertThat(of.operationsPerSecond().mean()).isPositive();
      assertThat(of.cpuNanos().mean()).isPositive();
      // Two JVMs, in each one round of 100 repeats of six faults and one munmap, with their times taken.
      assertThat(of.fault()).isNotNull().extracting(Latency::count).isEqualTo(2 * 100 * 6L);
      assertThat(of.munmap()).isNotNull().extracting(Latency::count).isEqualTo(2 * 100L);
    }
    Measured refcount = measured.stream().filter(of -> of.contender().equals(Variant.EXCLUDE_READERS.name())).findFirst().orElseThrow();
    assertThat(refcount.detached()).isGreaterThan(100);
  }

  @Test
  void shouldMakeIntervalsByStudentsT() {
    Interval interval = Interval.of(10, 12, 14);
    assertThat(interval.mean()).isEqualTo(12);
    assertThat(interval.halfWidth()).isCloseTo(4.303 * 2 / Math.sqrt(3), within(1e-9));
    assertThat(Interval.of(5).halfWidth()).isInfinite();
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
    assertThat(small().faultsOnly(2).tasks()).hasSize(2).allMatch(task -> task.size() == 6);
    assertThat(small().onThreads(2).tasks()).extracting(List::size).containsExactly(7, 3);
    assertThat(small().onThreads(4).tasks()).extracting(List::size).containsExactly(3, 3, 4, 3);
  }

  @Test
  void shouldTakeFromACaptureWhatTasksDid() throws CaptureException {
    Workload workload = of(CLEAN.resolve("7.2.13-fault-race.txt.zst"));
    assertThat(workload.faults()).isEqualTo(27);
    assertThat(workload.mms()).isEqualTo(1);
    long fixed = workload.tasks().stream().flatMap(List::stream).filter(operation -> operation.call() == Call.MMAP).count();
    assertThat(fixed).isEqualTo(44);
    Workload churn = of(CLEAN.resolve("7.2.13-churn.txt.zst"));
    assertThat(churn.tasks().stream().flatMap(List::stream).map(Operation::call)).contains(Call.values());
  }

  private static Workload of(Path path) throws CaptureException {
    assumeTrue(Files.exists(path), () -> path + " is not there");
    WorkloadBuilder builder = new WorkloadBuilder();
    try (Capture capture = Captures.open(path.toString(), CaptureLimits.DEFAULT, EventNames.BUILT_IN)) {
      capture.decode(batch -> {
        builder.apply(batch);
        return true;
      }, false, _ -> {});
    }
    return builder.build();
  }

  /** Issue 4: the uncontended fault path costs less than three times the atomic pair, and beats both baselines with two threads in one mm; intervals must not overlap. */
  @Test
  void shouldCostAsMuchAsClaimed() throws CaptureException, IOException, InterruptedException {
    assumeTrue(OPERATIONS > 0, "takes minutes of a quiet machine: -Dvmatrace.measure=10000000");
    Workload race = of(CLEAN.resolve("7.2-slow-reader-fault-race.txt.zst"));
    List<Measured> alone = measure("faults alone", race.faultsOnly(1));
    List<Measured> two = measure("two threads fault in one mm", race.faultsOnly(2));
    measure("all operations", race);
    assertThat(nanos(alone, Variant.EXCLUDE_READERS.name()).high()).isLessThan(3 * nanos(alone, Contender.ATOMIC_PAIR).low());
    assertThat(nanos(two, Variant.EXCLUDE_READERS.name()).high())
        .isLessThan(nanos(two, Contender.REENTRANT_LOCK_PER_MM).low())
        .isLessThan(nanos(two, Contender.STAMPED_LOCK_PER_VMA).low());
  }

  private static Interval nanos(List<Measured> measured, String contender) {
    return measured.stream().filter(of -> of.contender().equals(contender)).findFirst().orElseThrow().cpuNanos();
  }

  private static List<Measured> measure(String title, Workload workload) throws IOException, InterruptedException {
    List<Measured> measured = new Measure(new Measure.Settings(OPERATIONS, 3, 15, 5)).run(workload, Measure.contenders());
    double floor = nanos(measured, Contender.ATOMIC_PAIR).mean();
    System.out.printf("%n%s%n", title);
    for (Measured of : measured) {
      Interval nanos = of.cpuNanos();
      System.out.printf(
          "| %s | %.1f ± %.1f | %.2f | %.1f | %s | %s | %d / %d / %d / %d |%n",
          of.contender(), nanos.mean(), nanos.halfWidth(), nanos.mean() / floor, of.operationsPerSecond().mean() / 1e6,
          latency(of.fault()), latency(of.munmap() == null ? of.mmap() : of.munmap()),
          of.retries(), of.writerWaits(), of.detached(), of.secondWaits());
    }
    return measured;
  }

  private static String latency(@Nullable Latency of) {
    return of == null ? "" : "%d / %d / %d".formatted(of.p50(), of.p99(), of.p999());
  }
}
