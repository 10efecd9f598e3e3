package io.vmatrace.checker.whatif;

import io.vmatrace.checker.protocol.Variant;
import io.vmatrace.checker.workload.CapturedWorkload;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Simulates a capture's operations under other variants of the protocol. They run first under the variant of the kernel that made the
 * capture, at the times of the capture. That gives each step's pace, without its waits, and with this pace each variant runs them.
 */
public final class WhatIf {
  /**
   * The results.
   *
   * @param captured the run at the times of the capture
   * @param variants for each variant that was asked for
   */
  public record Result(Figures captured, List<Figures> variants) {}

  private WhatIf() {}

  /**
   * Runs a workload under variants.
   *
   * @param progress told how many operations have been run, now and then
   */
  public static Result run(CapturedWorkload workload, List<Variant> variants, LongConsumer progress) {
    int tasks = workload.tasks().size();
    Recording recording = new Recording(tasks);
    Figures captured = Simulation.run(workload.variant(), workload, new CapturedPace(workload, recording), progress);
    List<Figures> figures = new ArrayList<>();
    for (Variant variant : variants) {
      long before = (figures.size() + 1) * workload.size();
      figures.add(Simulation.run(variant, workload, new RecordedPace(workload, recording), done -> progress.accept(before + done)));
    }
    return new Result(captured, figures);
  }
}
