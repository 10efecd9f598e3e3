package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.catalogue.Rules;
import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.reconstruct.MmReconstruction;
import io.vmatrace.checker.reconstruct.StepSink;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.Status;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.checker.rule.RuleInfo;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
  private static final List<DecodedCapture> CAPTURES = DecodedCapture.all(RealCaptures.clean().filter(FactSupportTest::isChosen));

  /** Each capture of the samples; of those beside the project two kernels of each design. */
  private static boolean isChosen(Path file) {
    return !RealCaptures.hasShared() || file.getFileName().toString().matches("(6\\.12\\.117|6\\.12\\.94|6\\.18|6\\.19|7\\.2\\.13|7\\.3\\.4-).*");
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

  private static Report without(DecodedCapture capture, BitSet places) {
    return capture.check((_, i) -> !places.get(i));
  }

  @ParameterizedTest
  @EnumSource
  void shouldNotConvictWithoutTheEventsOfAnOp(Op op) {
    Set<String> convicted = new TreeSet<>();
    for (DecodedCapture capture : CAPTURES) {
      BitSet places = shown(capture).get(op);
      if (places != null) {
        without(capture, places).findings().forEach(finding -> convicted.add(capture.name() + " " + finding.rule() + " " + finding.message()));
      }
    }
    assertThat(convicted).isEmpty();
  }

  @Test
  void shouldNotSayThatARuleHoldsWithoutTheEventsThatEndAFactItReliesOn() {
    Set<String> held = new TreeSet<>();
    int asked = 0;
    for (DecodedCapture capture : CAPTURES) {
      Map<Op, BitSet> shown = shown(capture);
      for (Fact fact : Fact.values()) {
        for (Op op : fact.endedBy(generation(capture))) {
          BitSet places = shown.get(op);
          if (places != null) {
            asked++;
            Set<String> relying = relying(fact);
            without(capture, places).rules().stream()
                .filter(rule -> relying.contains(rule.id()) && rule.status() == Status.HELD)
                .forEach(rule -> held.add("%s without %s, which ends %s".formatted(rule.id(), op, fact)));
          }
        }
      }
    }
    assertThat(asked).isGreaterThan(100);
    assertThat(held).isEmpty();
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
