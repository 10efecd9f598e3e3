package io.vmatrace.checker.whatif;

import io.vmatrace.checker.protocol.Variant;
import io.vmatrace.checker.workload.CapturedWorkload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Simulates a capture's operations under other variants of the protocol. They run first under the variant of the kernel that made the
 * capture, at the times of the capture. That gives each step's pace, without its waits, and with this pace each variant runs them.
 */
public final class WhatIf {
  /**
   * The results.
   *
   * @param captured the run at the times of the capture
   * @param own runs under its own variant, with jitter
   * @param variants the same for each variant that was asked for
   */
  public record Result(Figures captured, JitteredRuns own, List<JitteredRuns> variants) {}

  /** How many runs there are of each variant. */
  public static final int RUNS = 20;

  private WhatIf() {}

  /**
   * Runs a workload under variants, each so many times: with jitter, but for a single run, which is at the recorded pace exactly.
   *
   * @param progress told how many operations have been run, now and then
   */
  public static Result run(CapturedWorkload workload, List<Variant> variants, int runs, LongConsumer progress) {
    int tasks = workload.tasks().size();
    Recording recording = new Recording(tasks);
    Figures captured = Simulation.run(workload.variant(), workload, new CapturedPace(workload, recording), progress);
    Map<Variant, JitteredRuns> done = new LinkedHashMap<>();
    Stream.concat(Stream.of(workload.variant()), variants.stream()).distinct().forEach(variant -> {
      List<Figures> figures = new ArrayList<>();
      String wrong = null;
      for (int seed = 0; seed < runs && wrong == null; seed++) {
        long before = (1 + (long) done.size() * runs + seed) * workload.size();
        Pace pace = runs == 1 ? new RecordedPace(workload, recording) : new RecordedPace(workload, recording, seed);
        Figures figure = Simulation.run(variant, workload, pace, more -> progress.accept(before + more));
        figures.add(figure);
        wrong = wrong(figure, captured);
      }
      done.put(variant, new JitteredRuns(variant.name(), figures, wrong));
    });
    return new Result(captured, Objects.requireNonNull(done.get(workload.variant())), variants.stream().map(done::get).toList());
  }

  /** What no order of locks can bring about: then it is the simulation that errs. */
  private static @Nullable String wrong(Figures figures, Figures captured) {
    return figures.notMapped() > captured.notMapped()
        ? "%d faults find nothing mapped, where the capture has %d: operations come in an order that they cannot have had".formatted(figures.notMapped(), captured.notMapped())
        : null;
  }
}
