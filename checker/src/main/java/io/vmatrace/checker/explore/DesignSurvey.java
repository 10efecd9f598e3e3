package io.vmatrace.checker.explore;

import io.vmatrace.checker.steps.Design;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;

/**
 * Designs in scenarios, as tables.
 *
 * @param reports each scenario under each design
 * @param withoutSecondWait by design what breaks first where a detach does not wait for readers; designs that never wait there are not among them
 */
public record DesignSurvey(List<ExploreReport> reports, Map<String, ExploreReport> withoutSecondWait) {
  private static final String NO_SECOND_WAIT = "no-second-wait";
  private static final String SECOND_WAIT = "second_wait";

  public DesignSurvey {
    reports = List.copyOf(reports);
    withoutSecondWait = Map.copyOf(withoutSecondWait);
  }

  /**
   * Explores all of them.
   *
   * @param most how many states an exploration may have
   * @param symmetric whether tasks with the same program are alike
   * @param progress is told how many explorations are done
   */
  public static DesignSurvey of(List<Design> designs, List<Scenario> scenarios, int most, boolean symmetric, IntConsumer progress) {
    List<ExploreReport> reports = new ArrayList<>();
    Map<String, ExploreReport> without = new LinkedHashMap<>();
    for (Design design : designs) {
      for (Scenario scenario : scenarios) {
        ExploreReport report = ExploreReport.of(scenario, design, most, symmetric);
        reports.add(report);
        progress.accept(reports.size());
        if (report.exploration().reached().containsKey(SECOND_WAIT) && !without.containsKey(design.name())) {
          ExploreReport mutant = ExploreReport.of(scenario, design.with(NO_SECOND_WAIT), most, symmetric);
          if (mutant.exploration().broken() != null) {
            without.put(design.name(), mutant);
          }
        }
      }
    }
    return new DesignSurvey(reports, without);
  }

  /** Two tables: what is said of each design, and of each scenario under each. */
  public String text() {
    return summary() + "\n" + matrix();
  }

  private Map<String, List<ExploreReport>> byDesign() {
    return reports.stream().collect(Collectors.groupingBy(r -> r.design().name(), LinkedHashMap::new, Collectors.toList()));
  }

  private String summary() {
    StringBuilder text = new StringBuilder("| design | holds | states | broken | second wait | without it |\n|---|---|---|---|---|---|\n");
    byDesign().forEach((design, of) -> {
      long holds = of.stream().filter(r -> r.exploration().holds()).count();
      long states = of.stream().mapToLong(r -> r.exploration().states()).sum();
      String broken = of.stream().filter(r -> !r.exploration().holds()).map(DesignSurvey::broken).collect(Collectors.groupingBy(b -> b, TreeMap::new, Collectors.counting()))
          .entrySet().stream().map(e -> "%s (%d)".formatted(e.getKey(), e.getValue())).collect(Collectors.joining(", "));
      int second = of.stream().map(r -> r.exploration().reached().get(SECOND_WAIT)).filter(n -> n != null).mapToInt(n -> n).min().orElse(-1);
      ExploreReport without = withoutSecondWait.get(design);
      String shortest = without == null ? "" : "%s after %d steps".formatted(broken(without), without.exploration().depth());
      text.append("| %s | %d of %d | %d | %s | %s | %s |%n".formatted(design, holds, of.size(), states, broken, second < 0 ? "never" : "after %d steps".formatted(second), shortest));
    });
    return text.toString();
  }

  private static String broken(ExploreReport report) {
    return report.exploration().broken() == null ? "not all looked at" : report.exploration().broken().id();
  }

  /** A row for each scenario, and one for all of a group of pairs. */
  private String matrix() {
    Map<String, List<ExploreReport>> designs = byDesign();
    StringBuilder text = new StringBuilder("| scenario | " + String.join(" | ", designs.keySet()) + " |\n|---|" + "---|".repeat(designs.size()) + "\n");
    Map<String, List<ExploreReport>> groups = reports.stream().collect(Collectors.groupingBy(r -> r.scenario().group(), LinkedHashMap::new, Collectors.toList()));
    groups.forEach((group, of) -> {
      text.append("| ").append(group);
      designs.keySet().forEach(design -> text.append(" | ").append(cell(of.stream().filter(r -> r.design().name().equals(design)).toList())));
      text.append(" |\n");
    });
    return text.toString();
  }

  /** How many states there are, or what is broken and after how many steps. */
  private static String cell(List<ExploreReport> of) {
    List<ExploreReport> broken = of.stream().filter(r -> !r.exploration().holds()).toList();
    if (broken.isEmpty()) {
      return Long.toString(of.stream().mapToLong(r -> r.exploration().states()).sum());
    }
    String where = of.size() == 1 ? "" : " in %d of %d".formatted(broken.size(), of.size());
    return "**%s** %d%s".formatted(broken(broken.getFirst()), broken.getFirst().exploration().depth(), where);
  }
}
