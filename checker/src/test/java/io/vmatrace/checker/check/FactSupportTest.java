package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.catalogue.Rules;
import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.reconstruct.MmReconstruction;
import io.vmatrace.checker.reconstruct.StepSink;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.FindingReport;
import io.vmatrace.checker.report.Report.RuleResult;
import io.vmatrace.checker.report.Report.Status;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.checker.rule.RuleInfo;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A fact lists every op that ends it: without the events of any one op, whether a fact lists it or not, no rule convicts a clean kernel;
 * and without those of an op that ends a fact, a rule that relies on the fact is not said to hold.
 */
@Tag("soundness")
class FactSupportTest {
  /** A clean capture without the events of an op: what convicts it, and the rules that are said to hold. */
  private record Lacking(DecodedCapture capture, List<FindingReport> findings, Set<String> held) {}

  private static final Map<Op, List<Lacking>> LACKING = new EnumMap<>(Op.class);

  @BeforeAll
  static void checkEachCaptureWithoutEachOp() {
    for (DecodedCapture capture : DecodedCapture.all(captures())) {
      shown(capture)
          .forEach(
              (op, places) -> {
                Report report = capture.check((_, i) -> !places.get(i));
                Set<String> held = report.rules().stream().filter(rule -> rule.status() == Status.HELD).map(RuleResult::id).collect(Collectors.toSet());
                LACKING.computeIfAbsent(op, _ -> new ArrayList<>()).add(new Lacking(capture, report.findings(), held));
              });
    }
  }

  /** The samples; with -Dvmatrace.facts=all all clean captures. */
  private static Stream<Path> captures() {
    return "all".equals(System.getProperty("vmatrace.facts")) ? RealCaptures.clean() : RealCaptures.cleanSamples();
  }

  /**
   * For each op the events that a recording without it lacks. The op that an event shows may depend on what came before; what can be left
   * out is a kind of events, or those of a kind that are about writing or about reading.
   */
  private static Map<Op, BitSet> shown(DecodedCapture capture) {
    EventBatch events = capture.events();
    Map<Op, Set<String>> parts = new EnumMap<>(Op.class);
    new MmReconstruction(
            new StepSink() {
              @Override
              public void accept(Step step) {
                int i = (int) (step.moment().at() - events.at(0));
                if (events.kind(i).shows().contains(step.op())) {
                  parts.computeIfAbsent(step.op(), _ -> new TreeSet<>()).add(part(events, i));
                }
              }

              @Override
              public void lost(long afterAt) {
                // nothing is lost in a clean capture
              }
            })
        .apply(events);
    Map<Op, BitSet> shown = new EnumMap<>(Op.class);
    parts.forEach(
        (op, of) -> {
          BitSet places = new BitSet();
          IntStream.range(0, events.size()).filter(i -> of.contains(part(events, i))).forEach(places::set);
          shown.put(op, places);
        });
    return shown;
  }

  private static String part(EventBatch events, int i) {
    return "%s %d".formatted(events.kind(i).eventName(), events.value(i, Field.WRITE));
  }

  @ParameterizedTest
  @EnumSource
  void shouldNotConvictWithoutTheEventsOfAnOp(Op op) {
    for (Lacking lacking : LACKING.getOrDefault(op, List.of())) {
      assertThat(lacking.findings()).as(lacking.capture().name()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldNotSayThatARuleHoldsWithoutTheEventsThatEndAFactItReliesOn(Fact fact) {
    Set<String> relying = relying(fact);
    for (Op op : fact.endedBy(null)) {
      for (Lacking lacking : LACKING.getOrDefault(op, List.of())) {
        if (fact.endedBy(generation(lacking.capture())).contains(op)) {
          assertThat(lacking.held()).as("%s without %s", lacking.capture().name(), op).doesNotContainAnyElementsOf(relying);
        }
      }
    }
  }

  @Test
  void shouldHaveSeenEveryOpThatEndsAFact() {
    assertThat(LACKING.keySet()).containsAll(Stream.of(Fact.values()).flatMap(fact -> fact.endedBy(null).stream()).collect(Collectors.toSet()));
  }

  /** The rules that say nothing without a fact. */
  private static Set<String> relying(Fact fact) {
    return rules().filter(info -> info.facts().contains(fact) && !info.valuesSuffice()).map(RuleInfo::id).collect(Collectors.toSet());
  }

  @ParameterizedTest
  @EnumSource
  void shouldBeOfUseToARule(Fact fact) {
    assertThat(rules().filter(info -> info.facts().contains(fact))).isNotEmpty();
  }

  private static Stream<RuleInfo> rules() {
    return Rules.create().stream().map(Rule::info);
  }

  private static Generation generation(DecodedCapture capture) {
    String name = capture.name().replace("clean-", "");
    return name.startsWith("6.12") ? Generation.RWSEM : name.startsWith("6.1") ? Generation.REFCOUNT : Generation.EXCLUDE_READERS;
  }
}
