package io.vmatrace.checker.whatif;

import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The runs of a workload under a variant.
 *
 * @param variant its name
 * @param runs the figures of each, at least one
 * @param wrong why they are none: the simulation has come to what the workload cannot have; or null
 */
public record JitteredRuns(String variant, List<Figures> runs, @Nullable String wrong) {
  /** A figure's values over all runs. */
  public record Range(long least, long median, long most) {
    /** Whether no difference from another is to be seen. */
    public boolean overlaps(Range other) {
      return least <= other.most && other.least <= most;
    }
  }

  public JitteredRuns {
    runs = List.copyOf(runs);
  }

  /** The range of a figure. */
  public Range range(ToLongFunction<Figures> figure) {
    long[] sorted = runs.stream().mapToLong(figure).sorted().toArray();
    return new Range(sorted[0], sorted[sorted.length / 2], sorted[sorted.length - 1]);
  }

  /** The invariant that broke first, and how; null where none did. */
  public @Nullable String broken() {
    return runs.stream().map(Figures::broken).filter(broken -> broken != null).findFirst().orElse(null);
  }
}
