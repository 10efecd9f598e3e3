package io.vmatrace.checker.explore;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.steps.Broken;
import io.vmatrace.checker.steps.Design;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tasks with the same program taken for alike: the same verdicts, after as many steps. */
class SymmetryTest {
  private static final int MOST = 2_000_000;

  private static Design design(String mutant) {
    Design landed = Objects.requireNonNull(Design.Catalogue.builtIn().variant("lock-store-detach"));
    return mutant.isEmpty() ? landed : landed.with(mutant);
  }

  private static Exploration explore(Scenario scenario, Design design, boolean symmetric) {
    return new Explorer(scenario, design, design.table(), MOST, symmetric).explore();
  }

  private static List<Scenario> withLikeTasks() {
    return Scenario.builtIn().values().stream().filter(s -> new HashSet<>(s.tasks()).size() < s.tasks().size()).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "M1", "M3", "M8", "no-second-wait", "B10", "B22b", "EXPAND_UNLOCKED"})
  void shouldSayTheSame(String mutant) {
    Design design = design(mutant);
    assertThat(withLikeTasks()).hasSizeGreaterThan(10);
    for (Scenario scenario : withLikeTasks()) {
      Exploration all = explore(scenario, design, false);
      Exploration alike = explore(scenario, design, true);
      String broken = id(all);
      if (!broken.equals("livelock")) { // which is not looked for among like tasks
        assertThat(id(alike)).as(scenario.name()).isEqualTo(broken);
        assertThat(alike.depth()).as(scenario.name()).isEqualTo(all.depth());
        assertThat(alike.states()).as(scenario.name()).isLessThanOrEqualTo(all.states());
        assertThat(ExploreReport.along(scenario, design, alike.schedule()).exploration().broken()).as(scenario.name()).isEqualTo(alike.broken());
      }
    }
  }

  private static String id(Exploration found) {
    Broken broken = found.broken();
    return broken == null ? "" : broken.id();
  }

  /** Three like tasks have six orders; not every state has three that differ. */
  @Test
  void shouldMeetFarFewerStates() {
    Scenario scenario = Scenario.read(List.of("scenario s: three faults", "mms 1 pages 1 vmas 1", "map mm0 0 0", "task munmap mm0 0 0", "task fault mm0 0 0", "task fault mm0 0 0", "task fault mm0 0 0")).get("s");
    int all = explore(Objects.requireNonNull(scenario), design(""), false).states();
    assertThat(explore(scenario, design(""), true).states()).isBetween(all / 6, all / 3);
  }
}
