package io.vmatrace.checker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.check.Verdict;
import io.vmatrace.checker.protocol.Mutant;
import io.vmatrace.checker.protocol.Variant;
import io.vmatrace.parser.event.EventBatch;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Seeded random schedules of random operations: what the oracle, which sees everything, and the rules, which see the events, say of
 * each variant and of each bug put back in. {@code -Dvmatrace.schedules=100000} looks at more than there is time for in every build.
 */
@Execution(ExecutionMode.CONCURRENT)
class EngineTest {
  /** What is known to be wrong with a variant: bug B14, and a hole in the tree (docs/PROTOCOL.md, Detach). */
  private static final Map<Variant, Set<String>> WRONG =
      Map.of(
          Variant.LATE_OWNER_TEST, Set.of("R34"), Variant.HOLE_IN_TREE, Set.of("gap"));

  /**
   * Rules of the order, of the count and of the write lock that mainline has, which these variants do not have: who stops all readers locks no
   * VMA, and who stores first refuses look-ups of a VMA that it has not locked.
   */
  private static final Map<Variant, Set<String>> OTHER_ORDER =
      Map.of(
          Variant.STORE_LOCK_DETACH, Set.of("R53", "R68", "R95"), Variant.HOLE_IN_TREE, Set.of("R53", "R68", "R95"), Variant.STOP_READERS, Set.of("R07", "R37"));

  /** Which invariants each bug breaks. */
  private static final Map<Mutant, Set<String>> BREAKS =
      Map.ofEntries(
          Map.entry(Mutant.B01, Set.of("R72")),
          Map.entry(Mutant.B08, Set.of("R37")),
          Map.entry(Mutant.B09, Set.of("R15")),
          Map.entry(Mutant.B10, Set.of("R66")),
          Map.entry(Mutant.B17, Set.of("R02", "R08")),
          Map.entry(Mutant.B21, Set.of("R33")),
          Map.entry(Mutant.M1, Set.of("R06", "R60")),
          Map.entry(Mutant.M2, Set.of("R06", "R33")),
          Map.entry(Mutant.M3, Set.of("R01", "R51", "R60")),
          Map.entry(Mutant.M5, Set.of("R16")),
          Map.entry(Mutant.M6, Set.of("R15", "R17", "R32")),
          Map.entry(Mutant.M8, Set.of("R33")),
          Map.entry(Mutant.M10, Set.of("R12")),
          Map.entry(Mutant.M11, Set.of("R13")),
          Map.entry(Mutant.M12, Set.of("R12")),
          Map.entry(Mutant.M13, Set.of("R29")),
          Map.entry(Mutant.M14, Set.of("R55")),
          Map.entry(Mutant.M15, Set.of("gap")),
          Map.entry(Mutant.M16, Set.of("R51")),
          Map.entry(Mutant.M18, Set.of("R01", "R05", "R06", "R07", "R32", "R33", "R51", "R60")),
          Map.entry(Mutant.M19, Set.of("R33")),
          Map.entry(Mutant.M20, Set.of("R33")));

  /** What was said of one schedule. */
  private record Said(@Nullable BrokenInvariant broken, List<String> findings) {}

  private static Said run(Programs programs, int seed) {
    EventBatch events = new EventBatch();
    Machine machine = new Machine(programs.variant, new EventProbes(programs.variant, events));
    BrokenInvariant broken = Scenario.of(machine, seed).run(new RandomScheduler(seed));
    return new Said(broken, Verdict.withPossible(programs.variant.generation(), events));
  }

  static List<Variant> variants() {
    return Variant.ALL;
  }

  @ParameterizedTest
  @MethodSource("variants")
  void shouldAcquitAVariantOfAllButWhatIsKnown(Variant variant) {
    Programs programs = new Programs(variant);
    Map<String, String> broken = new TreeMap<>();
    Map<String, String> findings = new TreeMap<>();
    for (int seed = 0; seed < Schedules.ENOUGH; seed++) {
      Said said = run(programs, seed);
      if (said.broken != null) {
        broken.putIfAbsent(said.broken.rule(), "seed %d: %s".formatted(seed, said.broken.what()));
      }
      for (String finding : said.findings) {
        findings.putIfAbsent(finding.substring(0, 3), "seed %d: %s".formatted(seed, finding));
      }
    }
    broken.keySet().removeAll(WRONG.getOrDefault(variant, Set.of()));
    findings.keySet().removeAll(OTHER_ORDER.getOrDefault(variant, Set.of()));
    assertThat(broken).isEmpty();
    assertThat(findings).isEmpty();
  }

  @Test
  void shouldSeeTheHoleInTheTree() {
    assertThat(firstBroken(Variant.HOLE_IN_TREE)).isEqualTo("gap");
  }

  @ParameterizedTest
  @EnumSource(value = Mutant.class, names = {"B14_NO_PIN", "B14_LATE_READ", "M7", "M9"}, mode = EnumSource.Mode.EXCLUDE)
  void shouldConvict(Mutant mutant) {
    assertThat(firstBroken(of(mutant))).isIn(BREAKS.get(mutant));
  }

  static Variant of(Mutant mutant) {
    return (mutant == Mutant.B09 ? Variant.RWSEM : Variant.EXCLUDE_READERS).with(mutant);
  }

  private static String firstBroken(Variant variant) {
    Programs programs = new Programs(variant);
    for (int seed = 0; seed < Schedules.MOST; seed++) {
      BrokenInvariant broken = Scenario.of(new Machine(programs.variant, ProbeSink.NONE), seed).run(new RandomScheduler(seed));
      if (broken != null) {
        return broken.rule();
      }
    }
    return "nothing in %d schedules".formatted(Schedules.MOST);
  }

  /** M9 is the same protocol, so nothing may be said. */
  @Test
  void shouldAcquitTheEquivalentMutant() {
    Programs programs = new Programs(of(Mutant.M9));
    Set<String> said = new TreeSet<>();
    for (int seed = 0; seed < Schedules.ENOUGH; seed++) {
      Said of = run(programs, seed);
      said.addAll(of.findings);
      if (of.broken != null) {
        said.add(of.broken.rule());
      }
    }
    assertThat(said).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("owners")
  void shouldWakeOnlyAnMmThatIsAlive(Variant variant, String rule) {
    Machine machine = new Machine(variant, ProbeSink.NONE);
    BrokenInvariant broken = Scenario.wrongOwner(machine).run(Scenario.wrongOwnerScript());
    assertThat(broken == null ? "" : broken.rule()).isEqualTo(rule);
  }

  static List<Arguments> owners() {
    return List.of(
        Arguments.of(Variant.EXCLUDE_READERS, ""),
        Arguments.of(Variant.REFCOUNT, ""),
        Arguments.of(Variant.LATE_OWNER_TEST, "R34"),
        Arguments.of(of(Mutant.B14_NO_PIN), "R34"),
        Arguments.of(of(Mutant.B14_LATE_READ), "R34"));
  }

  /** The walk of /proc/PID/maps meets memory that another mm has taken meanwhile. */
  @ParameterizedTest
  @MethodSource("foreignMaps")
  void shouldWalkItsOwnMmOnly(Variant variant, String rule) {
    BrokenInvariant broken = Scenario.foreignMaps(new Machine(variant, ProbeSink.NONE)).run(Scenario.foreignMapsScript());
    assertThat(broken == null ? "" : broken.rule()).isEqualTo(rule);
  }

  static List<Arguments> foreignMaps() {
    return List.of(
        Arguments.of(Variant.EXCLUDE_READERS, ""),
        Arguments.of(Variant.REFCOUNT, ""),
        Arguments.of(Variant.LATE_OWNER_TEST, ""),
        Arguments.of(of(Mutant.M5), "R16"));
  }

  /** The walk of /proc/PID/maps meets memory that has become a VMA further on: what lies between is no gap. */
  @ParameterizedTest
  @MethodSource("variants")
  void shouldWalkWithoutAGap(Variant variant) {
    BrokenInvariant broken = Scenario.shrunkMaps(new Machine(variant, ProbeSink.NONE)).run(Scenario.shrunkMapsScript());
    assertThat(broken == null ? "" : broken.rule()).isEmpty();
  }

  /** As many readers as can be: nobody makes so many, so the count begins there. */
  @ParameterizedTest
  @EnumSource(value = Mutant.class, names = {"M7", "M9"})
  void shouldKeepReadersBelowTheFlag(Mutant mutant) {
    Machine machine = new Machine(of(mutant), ProbeSink.NONE);
    BrokenInvariant broken = Scenario.manyReaders(machine).run(new RandomScheduler(1));
    assertThat(broken == null ? "" : broken.rule()).isEqualTo(mutant == Mutant.M7 ? "R02" : "");
  }
}
