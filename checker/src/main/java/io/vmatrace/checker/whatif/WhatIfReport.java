package io.vmatrace.checker.whatif;

import io.vmatrace.checker.protocol.Variant;
import io.vmatrace.checker.workload.CapturedWorkload;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The operations of a capture, simulated under variants of the protocol.
 *
 * @param path of the capture
 * @param own the variant of the kernel that made the capture
 * @param tasks how many tasks they belong to
 * @param operations page faults, look-ups, and operations under the mmap_lock
 * @param leftOut operations beyond the limit
 * @param shown what the capture itself shows
 * @param doubt why the figures may be unreliable, or null
 * @param runs how many there are under each variant
 * @param calibration those under the own variant: what they differ by from what the capture shows is the error of the simulation
 * @param variants for each variant that was asked for
 */
public record WhatIfReport(
    String path, String own, int tasks, long operations, long leftOut, Shown shown, @Nullable String doubt, int runs, JitteredRuns calibration, List<JitteredRuns> variants) {
  /** One of so many faults may be at an address without a mapping: user space does touch such addresses. */
  private static final int FEW = 50;

  /**
   * What the capture itself shows of its operations.
   *
   * @param faults all its page faults
   * @param kernel those of kernel mode, which take no VMA lock under any variant: the mmap_lock that they take is simulated as its read sections
   * @param fast those that were served under the VMA lock
   * @param secondWaits second waits of detaches; null where there is none and the capture does not say that one would show (7.0 on, by a probe)
   */
  public record Shown(long faults, long kernel, long fast, @Nullable Long secondWaits) {}

  /**
   * Runs what was read.
   *
   * @param variants under which it is run
   * @param runs under each of them
   * @param progress told how many operations have been run, now and then: {@link #steps} in all
   */
  public static WhatIfReport of(WorkloadReader read, List<Variant> variants, int runs, LongConsumer progress) {
    Variant own = read.own();
    CapturedWorkload workload = read.workload(own);
    WhatIf.Result result = WhatIf.run(workload, variants, runs, progress);
    return new WhatIfReport(
        read.path(), own.name(), workload.tasks().size(), workload.size(), read.leftOut(), read.shown(), doubt(result.captured()), runs, result.own(), result.variants());
  }

  /** At the times of the capture, under its own variant, everything must fit together. */
  private static @Nullable String doubt(Figures captured) {
    if (captured.broken() != null) {
      return "what the capture shows of its VMAs does not fit together: " + captured.broken();
    }
    return captured.notMapped() * FEW > captured.faults()
        ? "for %d of %d faults the capture does not show what was mapped; vmatrace info says what to record".formatted(captured.notMapped(), captured.faults())
        : null;
  }

  /** How many operations are run in all. */
  public static long steps(WorkloadReader read, List<Variant> variants, int runs) {
    long different = Stream.concat(Stream.of(read.own()), variants.stream()).distinct().count();
    return (different * runs + 1) * read.operations();
  }
}
