package io.vmatrace.checker.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vmatrace.checker.report.Style;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** What is told to differ, and what is not. */
class ComparisonTest {
  private static RunFigures run(double figure, String... causes) {
    return new RunFigures("run", Map.of("wait, mean", figure), Set.of(causes), List.of());
  }

  private static List<RunFigures> runs(double... figures) {
    return DoubleStream.of(figures).mapToObj(figure -> run(figure)).toList();
  }

  private static Comparison of(List<RunFigures> base, List<RunFigures> changed) {
    return Comparison.of(base, changed, Comparison.LEAST_CHANGE);
  }

  /** Of the 20 divisions of 6 runs into 3 and 3 the two outermost are as far apart as these: 2/20. */
  @Test
  void shouldGoThroughAllDivisions() {
    assertThat(PermutationTest.p(new double[] {1, 2, 3}, new double[] {4, 5, 6})).isEqualTo(0.1, within(1e-12));
    assertThat(PermutationTest.least(3, 3)).isEqualTo(0.1, within(1e-12));
    assertThat(PermutationTest.p(new double[] {1, 5, 3}, new double[] {4, 2, 6})).isGreaterThan(0.5);
    assertThat(PermutationTest.p(new double[] {7, 7}, new double[] {7, 7})).isEqualTo(1);
  }

  /** 15 runs of each have 155 million divisions: some are drawn. */
  @Test
  void shouldDrawWhereThereAreTooMany() {
    double[] low = new Random(1).doubles(15).toArray();
    double[] high = new Random(2).doubles(15).map(value -> value + 2).toArray();
    assertThat(PermutationTest.p(low, high)).isLessThan(1e-4).isPositive();
    assertThat(PermutationTest.p(low, new Random(3).doubles(15).toArray())).isGreaterThan(0.05);
  }

  @Test
  void shouldTellWhatIsWorse() {
    Comparison worse = of(runs(10, 11, 12, 10.5, 11.5, 12.5), runs(20, 21, 22, 20.5, 21.5, 22.5));
    assertThat(worse.hasRegression()).isTrue();
    assertThat(worse.tooFew()).isFalse();
    assertThat(worse.differences().getFirst().dominance()).isEqualTo(1);
    Comparison better = of(runs(20, 21, 22, 20.5, 21.5, 22.5), runs(10, 11, 12, 10.5, 11.5, 12.5));
    assertThat(better.hasRegression()).isFalse();
    assertThat(better.differences()).extracting(Comparison.Difference::effect).containsExactly(Comparison.Effect.BETTER);
  }

  /** Sure as it is, a change of a hundredth is none that a job should fail for, unless it is asked to. */
  @Test
  void shouldCallNoSmallChangeWorse() {
    List<RunFigures> before = runs(100.1, 100.2, 100.3, 100.4, 100.5, 100.6);
    List<RunFigures> after = runs(101.1, 101.2, 101.3, 101.4, 101.5, 101.6);
    Comparison small = of(before, after);
    assertThat(small.hasRegression()).isFalse();
    assertThat(small.differences().getFirst().effect()).isEqualTo(Comparison.Effect.SMALL);
    assertThat(small.differences().getFirst().change()).isEqualTo(0.01, within(1e-3));
    assertThat(ComparisonText.write(small, Style.PLAIN)).startsWith("NO DIFFERENCE of 5 % or more\n").contains("  small   wait, mean  ");
    Comparison asked = Comparison.of(before, after, 0.005);
    assertThat(asked.hasRegression()).isTrue();
    assertThat(ComparisonText.write(asked, Style.PLAIN)).startsWith("REGRESSION\n").contains("  worse   wait, mean  ", "less than 0.5 %");
  }

  /** Where there was nothing before, any more is worse. */
  @Test
  void shouldCompareWithNothing() {
    Comparison comparison = of(runs(0, 0, 0, 0, 0, 0), runs(0.1, 0.2, 0.1, 0.2, 0.1, 0.2));
    assertThat(comparison.hasRegression()).isTrue();
    assertThat(comparison.differences().getFirst().change()).isInfinite();
    assertThat(ComparisonJson.of(comparison, "1").at("/figures/0/change").isNull()).isTrue();
  }

  @Test
  void shouldWarnOfIncompleteRuns() {
    RunFigures lossy = new RunFigures("lossy", Map.of("wait, mean", 1.0), Set.of(), List.of("12 events were lost while recording", "the file is cut short"));
    Comparison comparison = of(List.of(run(1), lossy), List.of(run(1)));
    assertThat(comparison.incomplete()).containsExactly(new Comparison.IncompleteRun("lossy", true, lossy.incomplete()));
    assertThat(ComparisonText.write(comparison, Style.PLAIN)).contains("incomplete are 1 of those before and 0 of those after", "    lossy: 12 events were lost while recording\n");
    assertThat(ComparisonJson.of(comparison, "1").at("/incomplete/0/missing")).hasSize(2);
  }

  @Test
  void shouldSayThatRunsAreTooFew() {
    Comparison comparison = of(runs(1, 2), runs(100, 200));
    assertThat(comparison.tooFew()).isTrue();
    assertThat(comparison.needed()).isEqualTo(4);
    assertThat(comparison.hasRegression()).isFalse();
  }

  @Test
  void shouldNameNewAndGoneFindings() {
    Comparison comparison = of(List.of(run(1, "R59/a", "R07/b"), run(1)), List.of(run(1, "R59/a", "R72/c")));
    assertThat(comparison.newCauses()).containsExactly("R72/c");
    assertThat(comparison.goneCauses()).containsExactly("R07/b");
  }

  /** Runs of one distribution, many figures: nothing is told in nearly all of the comparisons. */
  @Test
  void shouldNotTakeNoiseForADifference() {
    Random random = new Random(7);
    int told = 0;
    for (int i = 0; i < 200; i++) {
      List<RunFigures> all = new ArrayList<>();
      for (int run = 0; run < 14; run++) {
        Map<String, Double> figures = new LinkedHashMap<>();
        for (int figure = 0; figure < 10; figure++) {
          figures.put("figure " + figure, Math.exp(3 * random.nextGaussian()));
        }
        all.add(new RunFigures("run", figures, Set.of(), List.of()));
      }
      told += of(all.subList(0, 7), all.subList(7, 14)).differences().stream().anyMatch(Comparison.Difference::isTold) ? 1 : 0;
    }
    assertThat(told).isLessThanOrEqualTo(15);
  }
}
