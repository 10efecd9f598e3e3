package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.catalogue.Rules;
import io.vmatrace.checker.evidence.Recorded;
import io.vmatrace.checker.reconstruct.MmReconstruction;
import io.vmatrace.checker.reconstruct.Witness;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.stat.ImportStats;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rules that tracepoints alone cannot evidence are not put to a capture before its first probe: what it is told stays the same. */
class AwaitedProbesTest {
  /** So many events are looked at ahead, as a batch is. */
  private static final int AHEAD = 64;

  /** What evidenced rules say, with or without how often they were put to the capture. */
  private static List<String> told(RealCaptures.Outcome run, boolean howOften) {
    Recorded recorded = run.recorded();
    return run.rules().tallies().stream()
        .filter(tally -> recorded.missing(tally.info()) == null)
        .map(tally -> "%s %s %s".formatted(tally.info().id(), howOften ? tally.checked() : "", findings(tally)))
        .toList();
  }

  private static List<String> findings(RuleTally tally) {
    return tally.findings().stream().map(found -> "%s %s %s".formatted(found.at(), found.certainty(), found.message())).toList();
  }

  static Stream<Path> captures() {
    return Stream.concat(RealCaptures.clean(), RealCaptures.broken());
  }

  @ParameterizedTest
  @MethodSource("captures")
  void shouldTellTheSameOfTracepointsAlone(Path capture) {
    EventBatch events = RealCaptures.decoded(RealCaptures.bytes(capture));
    RealCaptures.Outcome all = run(events, false, false);
    RealCaptures.Outcome awaiting = run(events, false, true);
    assertThat(awaiting.rules().awaitsProbes()).isTrue();
    assertThat(told(awaiting, true)).isEqualTo(told(all, true)).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("captures")
  void shouldFindTheSameWhereProbesBeginLater(Path capture) {
    EventBatch events = RealCaptures.decoded(RealCaptures.bytes(capture));
    assertThat(told(run(events, true, true), false)).isEqualTo(told(run(events, true, false), false)).isNotEmpty();
  }

  private static RealCaptures.Outcome run(EventBatch events, boolean withProbes, boolean awaiting) {
    RuleRun rules = new RuleRun(Rules.create());
    if (awaiting) {
      rules.awaitProbes();
    }
    MmReconstruction reconstruction = new MmReconstruction(rules);
    int firstProbe = 0;
    while (firstProbe < events.size() && !Witness.isProbe(events.kind(firstProbe))) {
      firstProbe++;
    }
    for (int i = 0; i < events.size(); i++) {
      if (withProbes && i == firstProbe / AHEAD * AHEAD) {
        rules.probesSeen();
      }
      if (withProbes || !Witness.isProbe(events.kind(i))) {
        reconstruction.apply(events, i);
      }
    }
    reconstruction.finish();
    return new RealCaptures.Outcome(rules, reconstruction, new ImportStats());
  }
}
