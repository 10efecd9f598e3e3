package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.catalogue.Rules;
import io.vmatrace.checker.evidence.Recorded;
import io.vmatrace.checker.report.Report.Certainty;
import io.vmatrace.checker.rule.RuleInfo;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every rule fires on a violation, made from a real capture by a small edit, and is silent on the capture as it is. */
class RuleCasesTest {
  static Stream<RuleCase> cases() {
    return RuleCases.all().stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldFireWhereTheRuleIsBroken(RuleCase c) {
    Lines lines = c.violation();
    RealCaptures.Outcome outcome = RealCaptures.run(RealCaptures.join(lines.lines()));
    List<Found> found = of(outcome, c.rule());
    Recorded recorded = outcome.recorded();
    assertThat(found).as(c + ": " + c.edit()).anyMatch(f -> f.at() == lines.expected() && f.certainty() == c.certainty());
    assertThat(recorded.missing(c.info())).isNull();
    assertThat(c.byValues() || recorded.supportsHistory(c.info()) || found.stream().allMatch(f -> recorded.supports(c.info(), f.restsOn()))).isTrue();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldBeSilentWhereTheRuleIsKept(RuleCase c) {
    RealCaptures.Outcome outcome = RealCaptures.run(RealCaptures.join(new Lines(c.sample()).lines()));
    RuleTally tally = outcome.rules().tallies().stream().filter(t -> t.info().id().equals(c.rule())).findFirst().orElseThrow();
    assertThat(tally.findings()).isEmpty();
    assertThat(tally.checked()).as("occasions on which the rule was put to the capture").isPositive();
  }

  /** Without the past that proves it, nothing is claimed; a rule about one event's own values needs no past. */
  @ParameterizedTest
  @MethodSource("cases")
  void shouldClaimNothingFromTheUnknown(RuleCase c) {
    Lines lines = c.violation();
    byte[] tail = RealCaptures.join(lines.lines().subList(lines.expected() - 1, lines.lines().size()));
    List<Found> found = of(RealCaptures.run(tail), c.rule()).stream().filter(f -> f.at() == 1).toList();
    if (c.byValues()) {
      assertThat(found).anyMatch(f -> f.byValues() && f.certainty() == Certainty.DEFINITE);
    } else {
      assertThat(found).noneMatch(f -> f.certainty() == Certainty.DEFINITE);
    }
  }

  /** Of an event before which there is nothing, a rule that needs the past does not even say that it is kept. */
  @ParameterizedTest
  @MethodSource("cases")
  void shouldNotCountWhatItCannotTell(RuleCase c) {
    Lines lines = c.violation();
    RealCaptures.Outcome outcome = RealCaptures.run(RealCaptures.join(lines.lines().subList(lines.expected() - 1, lines.expected())));
    RuleTally tally = outcome.rules().tallies().stream().filter(t -> t.info().id().equals(c.rule())).findFirst().orElseThrow();
    if (!c.byValues() && !c.info().valuesSuffice()) {
      assertThat(tally.checked()).isZero();
    }
  }

  /** A marker just before the evidence's last event takes every claim back that rests on what came before. */
  @ParameterizedTest
  @MethodSource("cases")
  void shouldTakeItBackWhenEventsAreMissing(RuleCase c) {
    Lines lines = c.violation();
    int cpu = lines.event(lines.expected() - 1).cpu();
    lines.insert(lines.expected() - 1, "CPU:%d [LOST 1 EVENTS]".formatted(cpu));
    List<Found> found = of(RealCaptures.run(RealCaptures.join(lines.lines())), c.rule());
    if (!c.byValues()) {
      assertThat(found).noneMatch(f -> f.at() == lines.expected() + 1 && f.certainty() == Certainty.DEFINITE);
    }
  }

  @Test
  void shouldHaveACaseForEveryRule() {
    Set<String> covered = RuleCases.all().stream().map(RuleCase::rule).collect(Collectors.toCollection(TreeSet::new));
    assertThat(Rules.infos().stream().map(RuleInfo::id).filter(id -> !covered.contains(id))).as("rules without a case: add one to RuleCases").isEmpty();
  }

  private static List<Found> of(RealCaptures.Outcome outcome, String rule) {
    return outcome.rules().findings().stream().filter(f -> f.rule().id().equals(rule)).toList();
  }
}
