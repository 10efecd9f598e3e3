package io.vmatrace.checker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.conform.Followed;
import io.vmatrace.checker.protocol.Mutant;
import io.vmatrace.checker.protocol.Variant;
import io.vmatrace.parser.event.EventBatch;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two descriptions of the protocol that know nothing of each other: the engine does it step by step, replay says which values the
 * events allow. What the engine does under any schedule must be allowed, and bugs must be refused.
 */
@Execution(ExecutionMode.CONCURRENT)
class EngineAgainstReplayTest {
  private static List<String> mismatches(Programs programs, Variant as, int seed) {
    EventBatch events = new EventBatch();
    Scenario.of(new Machine(programs.variant, new EventProbes(programs.variant, events)), seed).run(new RandomScheduler(seed));
    return Followed.mismatches(as.name(), events);
  }

  static List<Variant> variants() {
    return List.of(Variant.RWSEM, Variant.LATE_OWNER_TEST, Variant.REFCOUNT, Variant.EXCLUDE_READERS, Variant.LOCK_RANGE_FIRST);
  }

  @ParameterizedTest
  @MethodSource("variants")
  void shouldAllowWhatTheEngineDoes(Variant variant) {
    Programs programs = new Programs(variant);
    Map<String, Integer> refused = new TreeMap<>();
    for (int seed = 0; seed < Schedules.ENOUGH; seed++) {
      int of = seed;
      mismatches(programs, variant, seed).forEach(mismatch -> refused.putIfAbsent(mismatch, of));
    }
    assertThat(refused).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"M1", "M3", "M6", "M12", "M18", "B01"})
  void shouldRefuseABug(Mutant mutant) {
    Programs programs = new Programs(Variant.EXCLUDE_READERS.with(mutant));
    int refused = 0;
    for (int seed = 0; seed < Schedules.MOST && refused == 0; seed++) {
      refused += mismatches(programs, Variant.EXCLUDE_READERS, seed).size();
    }
    assertThat(refused).isPositive();
  }
}
