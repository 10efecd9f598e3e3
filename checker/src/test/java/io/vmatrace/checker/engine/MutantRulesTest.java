package io.vmatrace.checker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.check.Verdict;
import io.vmatrace.checker.protocol.Mutant;
import io.vmatrace.checker.protocol.Variant;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.Generation;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each bug put back in, and a rule of the catalogue that says so: it sees only the events that probes of a real kernel give, while the
 * run continues past what the oracle sees. docs/ENGINE.md has the table with what the oracle says. A question mark: a legal explanation is
 * left, so the finding is only possible.
 */
@Execution(ExecutionMode.CONCURRENT)
class MutantRulesTest {
  private static List<String> said(Programs programs, Function<Machine, Run> scenario, Scheduler scheduler) {
    EventBatch events = new EventBatch();
    long writerWait = programs.variant.generation() == Generation.REFCOUNT ? 192 : 456; // 240 in other configurations of the same kernels
    scenario.apply(new Machine(programs.variant, new EventProbes(programs.variant, events, writerWait))).runOn(scheduler);
    return Verdict.withPossible(programs.variant.generation(), events);
  }

  private static boolean says(List<String> findings, String rule) {
    return findings.stream().anyMatch(finding -> finding.startsWith(rule + " "));
  }

  @ParameterizedTest
  @CsvSource({
    "B01, R72", "B08, R12", "B10, R68", "B17, R10", "B17, R02", "B21, R33?", "M1, R06", "M2, R06", "M2, R33?", "M3, R01", "M5, R16",
    "M6, R07", "M6, R18", "M8, R33?", "M10, R13", "M11, R13", "M12, R12", "M13, R51", "M14, R55", "M15, R67", "M16, R51", "M18, R01",
    "M19, R26", "M20, R33?"
  })
  void shouldConvictByARule(Mutant mutant, String rule) {
    Programs programs = new Programs(EngineTest.of(mutant));
    int seed = 0;
    while (seed < Schedules.MOST && !says(run(programs, seed), rule)) {
      seed++;
    }
    assertThat(seed).as("schedules until %s", rule).isLessThan(Schedules.MOST);
  }

  private static List<String> run(Programs programs, int seed) {
    return said(programs, machine -> Scenario.of(machine, seed), new RandomScheduler(seed));
  }

  /** No random schedule finds B14, so its own is written down; without the bug nothing is said of that one. */
  @ParameterizedTest
  @MethodSource("io.vmatrace.checker.engine.EngineTest#owners")
  void shouldConvictByARuleUnderAWrittenSchedule(Variant variant, String rule) {
    List<String> findings = said(new Programs(variant), Scenario::wrongOwner, Scenario.wrongOwnerScript());
    if (rule.isEmpty()) {
      assertThat(findings).isEmpty();
    } else {
      assertThat(findings).isNotEmpty().allMatch(finding -> finding.startsWith(rule + "? "));
    }
  }

  /** Nobody makes as many readers as M7 needs, so the count begins there. */
  @Test
  void shouldConvictAReaderAboveTheLimitByARule() {
    assertThat(says(said(new Programs(EngineTest.of(Mutant.M7)), Scenario::manyReaders, new RandomScheduler(1)), "R07")).isTrue();
    assertThat(said(new Programs(EngineTest.of(Mutant.M9)), Scenario::manyReaders, new RandomScheduler(1))).isEmpty();
  }

  /**
   * B09 reads the range of a VMA that may be freed, and throws away what it read when it then finds the VMA detached; or it refuses the
   * read lock for the wrong range, and that a reader may at any time. So no event is different from what a correct kernel may do.
   */
  @Test
  void shouldHaveNothingToSayOfAnAddressThatIsComparedTooEarly() {
    Programs programs = new Programs(EngineTest.of(Mutant.B09));
    assertThat(IntStream.range(0, Schedules.ENOUGH).mapToObj(seed -> run(programs, seed)).flatMap(List::stream)).isEmpty();
  }
}
