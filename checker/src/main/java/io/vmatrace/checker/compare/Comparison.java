package io.vmatrace.checker.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs before a change and runs after it.
 *
 * @param base how many runs before
 * @param changed how many after
 * @param leastChange the least change of a median that is called better or worse, as a part of what it was before
 * @param differences of each figure that all runs have, the surest first
 * @param tooFew whether no figure could have been told to differ, however far apart the runs are
 * @param needed how many runs of each would do
 * @param newCauses stable ids of findings that no run before has
 * @param goneCauses stable ids of findings that no run after has
 * @param incomplete runs from which something is missing
 */
public record Comparison(
    int base, int changed, double leastChange, List<Difference> differences, boolean tooFew, int needed, Set<String> newCauses, Set<String> goneCauses, List<IncompleteRun> incomplete) {
  /** A difference is told where chance alone would show one as large in fewer than one of 20 comparisons, over all figures together. */
  public static final double LEVEL = 0.05;

  /** What {@link #leastChange} is where nobody says anything else: with many runs a difference of a thousandth is sure, and mostly of no interest. */
  public static final double LEAST_CHANGE = 0.05;

  /** A run from which something is missing. */
  public record IncompleteRun(String path, boolean isBase, List<String> missing) {}

  /** How a figure differs; of each figure more is worse. */
  public enum Effect {
    /** Not more than the noise. */
    NONE,
    /** More than the noise, and the medians are closer than what counts. */
    SMALL,
    BETTER,
    WORSE
  }

  /**
   * One figure.
   *
   * @param base its median over the runs before
   * @param changed its median over the runs after
   * @param dominance how surely a run after has more than one before: 1 always, -1 never (Cliff's delta)
   * @param p the probability of that by chance, corrected for the number of figures (Holm)
   * @param effect what that comes to
   */
  public record Difference(String figure, double base, double changed, double dominance, double p, Effect effect) {
    /** Whether it is more than the noise. */
    public boolean isTold() {
      return effect != Effect.NONE;
    }

    /** By which part of what it was the median has changed; infinite where it was 0 and is not, 0 where it is as before. */
    public double change() {
      return changed == base ? 0 : (changed - base) / base;
    }
  }

  /**
   * Compares runs, at least one of each.
   *
   * @param leastChange see there; 0 or more
   */
  public static Comparison of(List<RunFigures> base, List<RunFigures> changed, double leastChange) {
    List<String> figures = base.getFirst().figures().keySet().stream()
        .filter(figure -> base.stream().allMatch(run -> run.figures().containsKey(figure)) && changed.stream().allMatch(run -> run.figures().containsKey(figure)))
        .toList();
    List<Difference> raw = new ArrayList<>();
    for (String figure : figures) {
      double[] before = values(base, figure);
      double[] after = values(changed, figure);
      raw.add(new Difference(figure, median(before), median(after), dominance(before, after), PermutationTest.p(before, after), Effect.NONE));
    }
    int tested = Math.max(1, figures.size());
    int needed = 2;
    while (PermutationTest.least(needed, needed) * tested >= LEVEL) {
      needed++;
    }
    boolean tooFew = PermutationTest.least(base.size(), changed.size()) * tested >= LEVEL;
    List<Difference> differences = corrected(raw).stream().map(of -> judged(of, leastChange)).toList();
    List<IncompleteRun> incomplete = Stream.concat(incomplete(base, true), incomplete(changed, false)).toList();
    return new Comparison(
        base.size(), changed.size(), leastChange, differences, tooFew, needed, without(causes(changed), causes(base)), without(causes(base), causes(changed)), incomplete);
  }

  /** Whether anything is worse than before, beyond the noise. */
  public boolean hasRegression() {
    return differences.stream().anyMatch(of -> of.effect() == Effect.WORSE);
  }

  private static Stream<IncompleteRun> incomplete(List<RunFigures> runs, boolean isBase) {
    return runs.stream().filter(run -> !run.incomplete().isEmpty()).map(run -> new IncompleteRun(run.path(), isBase, run.incomplete()));
  }

  /** Where medians do not change the way in which the runs differ, the difference is none that counts. */
  private static Difference judged(Difference of, double leastChange) {
    Effect effect = Effect.NONE;
    if (of.p() < LEVEL) {
      boolean counts = Math.abs(of.change()) >= leastChange && of.change() * of.dominance() > 0;
      effect = !counts ? Effect.SMALL : of.dominance() > 0 ? Effect.WORSE : Effect.BETTER;
    }
    return new Difference(of.figure(), of.base(), of.changed(), of.dominance(), of.p(), effect);
  }

  private static double[] values(List<RunFigures> runs, String figure) {
    return runs.stream().mapToDouble(run -> run.figures().getOrDefault(figure, 0.0)).toArray();
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  private static double dominance(double[] before, double[] after) {
    double sum = 0;
    for (double b : before) {
      for (double a : after) {
        sum += Double.compare(a, b);
      }
    }
    return sum / (before.length * after.length);
  }

  /** Holm: the surest of n is taken n times, the next one n - 1 times, and none is surer than one before it. */
  private static List<Difference> corrected(List<Difference> raw) {
    List<Difference> sorted = raw.stream().sorted(Comparator.comparingDouble(Difference::p)).toList();
    List<Difference> corrected = new ArrayList<>();
    double least = 0;
    for (int i = 0; i < sorted.size(); i++) {
      Difference of = sorted.get(i);
      least = Math.max(least, Math.min(1, of.p() * (sorted.size() - i)));
      corrected.add(new Difference(of.figure(), of.base(), of.changed(), of.dominance(), least, of.effect()));
    }
    return corrected;
  }

  private static Set<String> causes(List<RunFigures> runs) {
    return runs.stream().flatMap(run -> run.causes().stream()).collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> without(Set<String> all, Set<String> others) {
    Set<String> left = new TreeSet<>(all);
    left.removeAll(others);
    return left;
  }
}
