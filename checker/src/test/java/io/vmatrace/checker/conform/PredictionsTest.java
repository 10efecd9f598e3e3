package io.vmatrace.checker.conform;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.conform.FaultPredictions.Compared;
import io.vmatrace.checker.conform.FaultPredictions.Score;
import io.vmatrace.checker.mm.FaultPath;
import io.vmatrace.checker.mm.FaultReason;
import io.vmatrace.checker.reconstruct.MmReconstruction;
import io.vmatrace.checker.steps.Design;
import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureLimits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That the score of the predictions says something: what lowers it, and what must not. */
class PredictionsTest {
  private static final int SHUFFLES = 20;

  /** What following said. */
  private record Followed(ConformanceResult result, List<Compared> faults) {
    long of(Score score) {
      return faults.stream().filter(fault -> fault.score() == score).count();
    }
  }

  private static EventBatch events(String sample, Predicate<EventKind> kinds) throws Exception {
    EventBatch events = new EventBatch();
    events.firstLine(1);
    try (Capture open = Captures.open("../samples/" + sample + ".txt.zst", CaptureLimits.DEFAULT, EventNames.BUILT_IN)) {
      open.decode(
          batch -> {
            for (int i = 0; i < batch.size(); i++) {
              if (kinds.test(batch.kind(i))) {
                events.append(batch, i);
              }
            }
            return true;
          },
          false,
          _ -> {});
    }
    return events;
  }

  private static Followed follow(String design, EventBatch events) {
    Design of = Objects.requireNonNull(Design.Catalogue.builtIn().variant(design), design);
    List<Compared> faults = new ArrayList<>();
    Conformance conformance = new Conformance(of, new StateSets(new VmaAutomaton(of)), faults::add);
    MmReconstruction reconstruction = new MmReconstruction(conformance);
    reconstruction.apply(events);
    reconstruction.finish();
    return new Followed(conformance.result(), faults);
  }

  private static Followed follow(String design, String sample) throws Exception {
    return follow(design, events(sample, _ -> true));
  }

  @ParameterizedTest
  @CsvSource({"rwsem, clean-6.12.94-churn", "lock-store-detach-6.16, clean-6.18.15-churn", "lock-store-detach, clean-7.2.13-churn", "lock-store-detach, clean-7.2-slow-reader-fault-race"})
  void shouldPredictMostFaultsOfACleanKernel(String design, String sample) throws Exception {
    Followed followed = follow(design, sample);
    assertThat(followed.of(Score.PREDICTED)).isGreaterThan(followed.faults.size() / 2);
    assertThat(followed.of(Score.REFUSED)).isLessThan(1 + followed.faults.size() / 50);
  }

  /** Another lock: its look-ups fail where this kernel's do not, and the other way round. */
  @ParameterizedTest
  @CsvSource({"mmap-lock", "rwsem", "stop-readers"})
  void shouldPredictLessWithAWrongVariant(String wrong) throws Exception {
    String sample = "clean-7.2-slow-reader-fault-race";
    Followed own = follow("lock-store-detach", sample);
    Followed other = follow(wrong, sample);
    assertThat(other.of(Score.PREDICTED)).isLessThan(own.of(Score.PREDICTED));
    assertThat(other.of(Score.REFUSED)).isGreaterThan(10 * (1 + own.of(Score.REFUSED)));
    assertThat(other.result.mismatchCount()).isPositive();
  }

  /** A kernel that does not do as its variant is refused, though most faults go as ever. */
  @Test
  void shouldRefuseABrokenKernelWhateverItsScore() throws Exception {
    Followed broken = follow("lock-store-detach", "broken-free-attached-churn");
    assertThat(broken.result.mismatchCount()).isPositive();
    assertThat(follow("lock-store-detach", "clean-7.2.13-churn").result.mismatchCount()).isZero();
  }

  /** Whatever kind of event is missing: nothing is refused that the kernel did right, and without those of the locks hardly anything is predicted. */
  @ParameterizedTest
  @CsvSource({"rwsem, clean-6.12.94-churn", "lock-store-detach-6.16, clean-6.18.15-churn", "lock-store-detach, clean-7.2.13-churn", "lock-store-detach, clean-7.2.13-fault-race"})
  void shouldClaimNothingWithoutAProbe(String design, String sample) throws Exception {
    EventBatch all = events(sample, _ -> true);
    Set<EventKind> kinds = new LinkedHashSet<>();
    for (int i = 0; i < all.size(); i++) {
      kinds.add(all.kind(i));
    }
    long predicted = follow(design, all).of(Score.PREDICTED);
    for (EventKind kind : kinds) {
      Followed without = follow(design, events(sample, other -> other != kind));
      assertThat(without.result.mismatches()).as(kind.kernelName()).isEmpty();
      assertThat(without.of(Score.PREDICTED)).as(kind.kernelName()).isLessThanOrEqualTo(predicted);
    }
    Followed blind = follow(design, events(sample, kind -> !kind.kernelName().equals("lock_vma_under_rcu")));
    assertThat(blind.of(Score.PREDICTED)).isLessThan(predicted / 4);
  }

  /** With outcomes dealt out among the faults a prediction is right as often as chance has it: as many faults as went so. */
  @Test
  void shouldPredictByChanceWhenOutcomesAreShuffled() throws Exception {
    List<Compared> faults = new ArrayList<>(follow("lock-store-detach", "clean-7.2-slow-reader-fault-race").faults);
    faults.removeIf(fault -> fault.observed().path() == FaultPath.UNRESOLVED || fault.allowed().size() != 1);
    double chance = 0;
    for (Compared fault : faults) {
      chance += (double) faults.stream().filter(other -> fault.allowed().contains(other.observed())).count() / faults.size();
    }
    List<FaultReason> outcomes = new ArrayList<>(faults.stream().map(Compared::observed).toList());
    double shuffled = 0;
    for (int round = 0; round < SHUFFLES; round++) {
      Collections.shuffle(outcomes, new Random(round));
      for (int i = 0; i < outcomes.size(); i++) {
        shuffled += new Compared(faults.get(i).allowed(), false, outcomes.get(i)).score() == Score.PREDICTED ? 1.0 / SHUFFLES : 0;
      }
    }
    long right = faults.stream().filter(fault -> fault.score() == Score.PREDICTED).count();
    assertThat(shuffled).isBetween(chance * 0.98, chance * 1.02);
    assertThat((double) right).isGreaterThan(chance * 1.05);
  }
}
