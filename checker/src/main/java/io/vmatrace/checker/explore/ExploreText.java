package io.vmatrace.checker.explore;

import io.vmatrace.checker.explore.Schedule.Row;
import io.vmatrace.checker.report.Style;
import io.vmatrace.checker.steps.Broken;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** Explorations as text: what holds in a line, what is broken with its schedule, a column for each task. */
public final class ExploreText {
  private static final int STEP_WIDTH = 4;

  private ExploreText() {}

  /** One exploration, ending in a newline. */
  public static String of(ExploreReport report, Style style) {
    Exploration found = report.exploration();
    StringBuilder text = new StringBuilder();
    Broken broken = found.broken();
    text.append("%s  %s, %s: %s%n".formatted(report.verdict().toUpperCase(Locale.ROOT), report.scenario().name(), report.design().name(), report.scenario().what()));
    if (broken == null) {
      text.append("  %,d states, %d steps deep%s%n".formatted(found.states(), found.depth(), found.complete() ? ": all that can be reached" : "; not all that can be reached (--most)"));
    } else {
      text.append("  %s (%s)%n  after %d steps, and no shorter schedule does it%n".formatted(broken.what(), broken.id(), report.schedule().rows().size()));
    }
    new TreeMap<>(found.reached()).forEach((what, steps) -> text.append("  %s: reached after %d steps%n".formatted(what, steps)));
    if (!report.schedule().rows().isEmpty()) {
      schedule(report.schedule(), style.columns(), text);
    }
    return text.toString();
  }

  private static void schedule(Schedule schedule, int width, StringBuilder text) {
    List<String> tasks = schedule.tasks();
    int column = Math.max(18, (width - STEP_WIDTH) / (tasks.size() + 1));
    text.append('\n');
    for (int task = 0; task < tasks.size(); task++) {
      text.append("  task%d: %s%n".formatted(task, tasks.get(task)));
    }
    text.append('\n');
    String function = "";
    int n = 0;
    for (Row row : schedule.rows()) {
      n++;
      String in = row.task() + row.function();
      if (!in.equals(function)) {
        text.append(" ".repeat(STEP_WIDTH + row.task() * column)).append(row.function()).append("()\n");
        function = in;
      }
      text.append(row(n, row, column, STEP_WIDTH + tasks.size() * column, width));
    }
  }

  /** A step in its task's column, and what it changes from another column on: beside it, or below where there is no room. */
  private static String row(int n, Row row, int column, int changesAt, int width) {
    StringBuilder text = new StringBuilder();
    StringBuilder line = new StringBuilder("%3d ".formatted(n) + " ".repeat(row.task() * column) + "  " + row.step());
    for (String change : row.changes()) {
      int at = Math.max(0, Math.min(changesAt, width - change.length()));
      if (line.length() >= at) {
        text.append(line).append('\n');
        line.setLength(0);
      }
      text.append(line).append(" ".repeat(at - line.length())).append(change).append('\n');
      line.setLength(0);
    }
    return line.isEmpty() ? text.toString() : text.append(line).append('\n').toString();
  }

  /** A table of many: a row for each design, a column for each scenario. */
  public static String survey(List<ExploreReport> reports) {
    StringBuilder text = new StringBuilder("| design | scenario | verdict | states | steps | reached |\n|---|---|---|---|---|---|\n");
    for (ExploreReport report : reports) {
      Exploration found = report.exploration();
      Broken broken = found.broken();
      String reached = String.join(", ", new TreeMap<>(found.reached()).entrySet().stream().map(e -> "%s %d".formatted(e.getKey(), e.getValue())).toList());
      text.append("| %s | %s | %s | %d | %d | %s |%n".formatted(
          report.design().name(), report.scenario().name(), broken == null ? report.verdict() : "**" + broken.id() + "**", found.states(), found.depth(), reached));
    }
    return text.toString();
  }
}
