package io.vmatrace.checker.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.protocol.Mutant;
import io.vmatrace.checker.protocol.Variant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random operations on real threads under an oracle that looks for what must not be: seconds for each variant, and as long as that for a
 * bug to show, at least a minute. In CI {@code -Dvmatrace.stress.seconds=20}; by hand, ten minutes each: 600.
 */
class StressTest {
  private static final double SECONDS = Double.parseDouble(System.getProperty("vmatrace.stress.seconds", "2"));

  /** How long a bug has to show, at most. */
  private static final double BUG_SECONDS = Math.max(SECONDS, 60);

  /** A machine may be so busy that no task makes progress for a while, which is no lost wake-up; where one is expected it does not matter. */
  private static final long PATIENCE = 30_000;

  private static final long BUG_PATIENCE = 1_500;

  /** Bugs that may show in nothing but a task that nobody wakes. */
  private static final Set<Mutant> LOSES_WAKE_UPS = EnumSet.of(Mutant.B21, Mutant.M2, Mutant.M3, Mutant.M8, Mutant.M19, Mutant.M20);

  static List<Variant> variants() {
    return Variant.ALL.stream().filter(variant -> variant.detach() != Variant.Detach.HOLE_LOCK_DETACH).toList();
  }

  @ParameterizedTest
  @MethodSource("variants")
  void shouldKeepAVariant(Variant variant) throws InterruptedException {
    SortedMap<String, Long> counts = new TreeMap<>();
    for (boolean delays : new boolean[] {true, false}) {
      Stress stress = new Stress(variant, delays);
      assertThat(stress.run(SECONDS / 2, PATIENCE)).isNull();
      stress.counts().forEach((kind, count) -> counts.merge(kind, count, Long::sum));
    }
    System.out.printf("stress %s: %d operations in %s s: %s%n", variant.name(), sum(counts), SECONDS, counts);
    assertThat(counts.values()).allMatch(count -> count > 0);
  }

  private static long sum(SortedMap<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  @Test
  void shouldSeeTheHoleInTheTree() throws InterruptedException {
    assertThat(new Stress(Variant.HOLE_IN_TREE, true).run(BUG_SECONDS, PATIENCE)).startsWith("gap");
  }

  @ParameterizedTest
  @EnumSource(value = Mutant.class, names = {"B09", "B14_LATE_READ", "B14_NO_PIN", "M7", "M9"}, mode = EnumSource.Mode.EXCLUDE)
  void shouldConvict(Mutant mutant) throws InterruptedException {
    long patience = LOSES_WAKE_UPS.contains(mutant) ? BUG_PATIENCE : PATIENCE;
    long begin = System.nanoTime();
    String broken = new Stress(Variant.EXCLUDE_READERS.with(mutant), true).run(BUG_SECONDS, patience);
    System.out.printf("stress %s: %s after %.1f s%n", mutant, broken, (System.nanoTime() - begin) / 1e9);
    assertThat(broken).isNotNull(); // in what it shows first is chance
  }
}
