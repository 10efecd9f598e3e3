package io.vmatrace.checker.conform;

import io.vmatrace.checker.reconstruct.MmReconstruction;
import io.vmatrace.checker.steps.Design;
import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureLimits;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** How many events of a capture with every probe one thread rebuilds and follows in a second. docs/PERFORMANCE.md says what it gave. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
@Fork(1)
public class ReplayBenchmark {
  private static final double MILLION = 1e6;

  @Param({"samples/clean-7.2.13-churn.txt.zst"})
  public String capture = "";

  private static final Design DESIGN = Objects.requireNonNull(Design.Catalogue.builtIn().variant("lock-store-detach"));

  private final EventBatch events = new EventBatch();

  /** As along a long capture: the sets that VMAs come to are known after a while. */
  private final StateSets sets = new StateSets(new VmaAutomaton(DESIGN));

  @Setup
  public void read() throws CaptureException {
    events.firstLine(1);
    try (Capture open = Captures.open(capture, CaptureLimits.DEFAULT, EventNames.BUILT_IN)) {
      open.decode(
          batch -> {
            for (int i = 0; i < batch.size(); i++) {
              events.append(batch, i);
            }
            return true;
          },
          false,
          _ -> {});
    }
  }

  @Benchmark
  public long follow() {
    Conformance conformance = new Conformance(DESIGN, sets, _ -> {});
    MmReconstruction reconstruction = new MmReconstruction(conformance);
    reconstruction.apply(events);
    reconstruction.finish();
    return conformance.result().values;
  }

  private long size() throws CaptureException {
    read();
    return events.size();
  }

  /** Runs the benchmark and says what it means in a line. */
  public static void main(String[] arguments) throws RunnerException, CaptureException {
    Collection<RunResult> results = new Runner(new OptionsBuilder().include(ReplayBenchmark.class.getSimpleName()).build()).run();
    for (RunResult result : results) {
      ReplayBenchmark read = new ReplayBenchmark();
      read.capture = result.getParams().getParam("capture");
      System.out.printf("%s: %.1f million events/s%n", read.capture, result.getPrimaryResult().getScore() * read.size() / MILLION);
    }
  }
}
