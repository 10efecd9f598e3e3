package io.vmatrace.checker.explore;

import io.vmatrace.checker.explore.Schedule.Row;
import io.vmatrace.checker.report.Page;
import io.vmatrace.checker.report.Style;
import io.vmatrace.checker.steps.Broken;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Explorations as text: what holds in a line, what is broken with its schedule, a column for each task. */
public final class ExploreText {
  private static final int STEP_WIDTH = 4;

  private ExploreText() {}

  /** Explorations, one after the other; of pairs only those that are broken, and how many hold. */
  public static String of(List<ExploreReport> reports, Style style) {
    StringBuilder text = new StringBuilder();
    Map<String, List<ExploreReport>> groups = reports.stream().collect(Collectors.groupingBy(r -> r.design().name() + ' ' + r.scenario().group(), LinkedHashMap::new, Collectors.toList()));
    for (List<ExploreReport> group : groups.values()) {
      List<ExploreReport> hold = group.stream().filter(r -> r.exploration().holds()).toList();
      boolean isGroup = group.size() > 1 && !hold.isEmpty();
      group.stream().filter(r -> !isGroup || !r.exploration().holds()).forEach(r -> text.append(of(r, style)));
      if (isGroup) {
        ExploreReport first = hold.getFirst();
        long states = hold.stream().mapToLong(r -> r.exploration().states()).sum();
        Page page = new Page(style);
        page.wrapped("", "  ", "%s  %s, %s: %d of %d".formatted(verdict(first, style), first.scenario().group(), first.design().name(), hold.size(), group.size()));
        page.wrapped("  ", "  ", String.format(Locale.ROOT, "%,d states: all that can be reached", states));
        text.append(page.text());
      }
    }
    return text.toString();
  }

  /** One exploration, ending in a newline. */
  public static String of(ExploreReport report, Style style) {
    Exploration found = report.exploration();
    Page page = new Page(style);
    page.wrapped("", "  ", "%s  %s, %s: %s".formatted(verdict(report, style), report.scenario().name(), report.design().name(), report.scenario().what()));
    Broken broken = found.broken();
    if (broken == null && !report.explored()) {
      page.line("  nothing is broken after these %d steps".formatted(found.depth()));
    } else if (broken == null) {
      String reached = found.complete() ? ": all that can be reached" : "; not all that can be reached (--most)";
      reached += report.design().has(SmallWorld.REORDERS) && !found.symmetric() ? "; whether they may go on for ever was not looked at" : "";
      reached += found.symmetric() ? ", but for which of like tasks is which; whether they may go on for ever was not looked at" : "";
      page.wrapped("  ", "  ", String.format(Locale.ROOT, "%,d states, %d steps deep%s", found.states(), found.depth(), reached));
    } else {
      page.wrapped("  ", "  ", "%s (%s)".formatted(broken.what(), broken.id()));
      page.line("  after %d steps%s".formatted(report.schedule().rows().size(), report.explored() ? ", and no shorter schedule does it" : ""));
      if (!found.schedule().isEmpty()) {
        page.wrapped("  ", "    ", "once more: --schedule " + Moves.text(found.schedule()));
      }
    }
    new TreeMap<>(found.reached()).forEach((what, steps) -> page.line("  %s: reached after %d steps".formatted(what, steps)));
    if (!report.schedule().rows().isEmpty()) {
      schedule(report.schedule(), style.columns(), page);
    }
    return page.text();
  }

  private static String verdict(ExploreReport report, Style style) {
    String verdict = report.verdict().toUpperCase(Locale.ROOT);
    return switch (report.verdict()) {
      case "holds" -> style.good(verdict);
      case "broken" -> style.bad(verdict);
      default -> style.doubtful(verdict);
    };
  }

  private static void schedule(Schedule schedule, int width, Page page) {
    List<String> tasks = schedule.tasks();
    int column = Math.max(18, (width - STEP_WIDTH) / (tasks.size() + 1));
    page.line("");
    for (int task = 0; task < tasks.size(); task++) {
      page.line("  task%d: %s".formatted(task, tasks.get(task)));
    }
    page.line("");
    String function = "";
    int n = 0;
    for (Row row : schedule.rows()) {
      n++;
      String in = row.task() + row.function();
      if (!in.equals(function)) {
        page.line(" ".repeat(STEP_WIDTH + row.task() * column) + row.function() + "()");
        function = in;
      }
      row(n, row, column, STEP_WIDTH + tasks.size() * column, width).forEach(page::line);
    }
  }

  /** A step in its task's column, and what it changes from another column on: beside it, or below where there is no room. */
  private static List<String> row(int n, Row row, int column, int changesAt, int width) {
    List<String> lines = new ArrayList<>();
    String line = "%3d ".formatted(n) + " ".repeat(row.task() * column) + "  " + row.step();
    for (String change : row.changes()) {
      int at = Math.max(0, Math.min(changesAt, width - change.length()));
      if (line.length() >= at) {
        lines.add(line);
        line = "";
      }
      lines.add(line + " ".repeat(at - line.length()) + change);
      line = "";
    }
    if (!line.isEmpty()) {
      lines.add(line);
    }
    return lines;
  }
}
