package io.vmatrace.checker.whatif;

import io.vmatrace.checker.report.Page;
import io.vmatrace.checker.report.Style;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The simulations, for a person: all variants side by side, in tables of at most 80 columns. */
public final class WhatIfText {
  private static final int MOST_COLUMNS = 5;
  private static final int COLUMN = 11;
  private static final long MILLION = 1_000_000;
  private static final String NO_DIFFERENCE = "no diff.";

  /**
   * A column of a table.
   *
   * @param unit what a cell's number counts of the figure
   * @param shown the same in the capture itself, null where it does not show it
   */
  private record Column(String title, ToLongFunction<Figures> figure, long unit, Function<WhatIfReport.Shown, @Nullable Long> shown) {
    static Column of(String title, ToLongFunction<Figures> figure) {
      return new Column(title, figure, 1, _ -> null);
    }

    static Column ofMicroseconds(String title, ToLongFunction<Figures> nanoseconds) {
      return new Column(title, nanoseconds, 1_000, _ -> null);
    }

    Column shownAs(Function<WhatIfReport.Shown, @Nullable Long> number) {
      return new Column(title, figure, unit, number);
    }

    String cell(long value) {
      return "%,d".formatted(value / unit);
    }
  }

  private WhatIfText() {}

  /** The tables. */
  public static String write(WhatIfReport report, Style style) {
    Page page = new Page(style);
    page.line("%s  %s".formatted(style.strong("What if"), report.path()));
    String own = "%,d operations of %d tasks, at the pace that they had under %s".formatted(report.operations(), report.tasks(), report.own());
    page.wrapped("  ", "    ", own);
    page.wrapped("  ", "    ", "the capture itself: " + shown(report.shown()));
    String runs = report.runs() == 1 ? "one run, no step of which is late by chance" : "medians of %d runs, whose steps are up to a microsecond late by chance".formatted(report.runs());
    String same = report.runs() == 1 ? "the number is that of the own variant (*)" : "the range and that of the own variant (*) overlap";
    page.wrapped("  ", "    ", "%s; %s: %s".formatted(runs, NO_DIFFERENCE, same));
    if (report.leftOut() > 0) {
      page.wrapped("  ! ", "    ", "%,d more operations were left out: the first %,d are run".formatted(report.leftOut(), report.operations()));
    }
    doubts(page, report);
    table(page, style, report, "Page faults", faults());
    reasons(page, style, report);
    table(page, style, report, "Second waits of a detach", detaches());
    table(page, style, report, "Waits for a VMA's readers", readers());
    table(page, style, report, "Waits for the mmap_lock", mmapLock());
    return page.text();
  }

  private static void doubts(Page page, WhatIfReport report) {
    String doubt = report.doubt();
    if (doubt != null) {
      page.wrapped("  ! ", "    ", doubt);
    }
    for (JitteredRuns runs : rows(report)) {
      String wrong = runs.wrong();
      if (wrong != null) {
        page.wrapped("  ! ", "    ", "%s is not simulated, which went wrong: %s".formatted(runs.variant(), wrong));
      } else if (doubt == null && runs.broken() != null) { // else what breaks says nothing about the variant
        page.wrapped("  ! ", "    ", "%s breaks an invariant here: %s".formatted(runs.variant(), runs.broken()));
      }
    }
  }

  /** The own variant first. */
  private static List<JitteredRuns> rows(WhatIfReport report) {
    List<JitteredRuns> rows = new ArrayList<>(List.of(report.calibration()));
    report.variants().stream().filter(runs -> !runs.variant().equals(report.own())).forEach(rows::add);
    return rows;
  }

  private static String shown(WhatIfReport.Shown shown) {
    String secondWaits = shown.secondWaits() == null ? "second waits not recorded, or none" : "%,d second waits".formatted(shown.secondWaits());
    String kernel = shown.kernel() == 0 ? "" : ", %,d of kernel mode, which no variant serves so".formatted(shown.kernel());
    return "%,d faults, %,d under the VMA lock%s; %s".formatted(shown.faults(), shown.fast(), kernel, secondWaits);
  }

  private static List<Column> faults() {
    return List.of(
        Column.of("VMA lock", Figures::fast).shownAs(WhatIfReport.Shown::fast),
        Column.of("mmap_lock", figures -> figures.fallbacks().values().stream().mapToLong(Long::longValue).sum()),
        Column.of("unmapped", Figures::notMapped),
        Column.of("retries", Figures::retries),
        Column.of("gaps seen", Figures::gaps));
  }

  private static List<Column> detaches() {
    return List.of(
        Column.of("detaches", Figures::detaches),
        Column.of("2nd waits", figures -> figures.secondWaits().count()).shownAs(WhatIfReport.Shown::secondWaits),
        Column.of("ppm", figures -> figures.detaches() == 0 ? 0 : figures.secondWaits().count() * MILLION / figures.detaches()),
        Column.ofMicroseconds("median us", figures -> figures.secondWaits().median()),
        Column.ofMicroseconds("most us", figures -> figures.secondWaits().longest()));
  }

  private static List<Column> readers() {
    return List.of(Column.of("waits", figures -> figures.readers().count()), Column.ofMicroseconds("us in all", figures -> figures.readers().total()));
  }

  private static List<Column> mmapLock() {
    return List.of(
        Column.of("to read", figures -> figures.mmapRead().count()),
        Column.ofMicroseconds("us in all", figures -> figures.mmapRead().total()),
        Column.of("to write", figures -> figures.mmapWrite().count()),
        Column.ofMicroseconds("us in all", figures -> figures.mmapWrite().total()));
  }

  /** Why faults were served under the mmap_lock: the reasons that any variant has. */
  private static void reasons(Page page, Style style, WhatIfReport report) {
    Set<Fallback> any = EnumSet.noneOf(Fallback.class);
    rows(report).forEach(runs -> runs.runs().forEach(figures -> any.addAll(figures.fallbacks().keySet())));
    List<Fallback> reasons = new ArrayList<>(any);
    for (int from = 0; from < reasons.size(); from += MOST_COLUMNS) {
      List<Fallback> part = reasons.subList(from, Math.min(reasons.size(), from + MOST_COLUMNS));
      table(page, style, report, from == 0 ? "Why under the mmap_lock" : "", part.stream().map(WhatIfText::column).toList());
    }
    reasons.forEach(reason -> page.wrapped("  %-23s".formatted(reason.title()), " ".repeat(25), reason.text()));
  }

  private static Column column(Fallback reason) {
    return Column.of(reason.title(), figures -> figures.fallbacks().getOrDefault(reason, 0L));
  }

  private static void table(Page page, Style style, WhatIfReport report, String title, List<Column> columns) {
    page.line("");
    List<List<String>> heads = columns.stream().map(column -> words(column.title)).toList();
    int lines = heads.stream().mapToInt(List::size).max().orElse(1);
    for (int line = 0; line < lines; line++) {
      int left = lines - line;
      String heading = left == 1 ? style.strong("%-25s".formatted(title)) : " ".repeat(25);
      page.line(heading + row(heads, words -> words.size() < left ? "" : words.get(words.size() - left)).stripTrailing());
    }
    if (columns.stream().anyMatch(column -> column.shown.apply(report.shown()) != null)) {
      line(page, "  the capture itself", columns, column -> {
        Long number = column.shown.apply(report.shown());
        return number == null ? "" : column.cell(number);
      });
    }
    for (JitteredRuns runs : rows(report)) {
      if (runs.wrong() == null) {
        line(page, report, runs, columns);
      }
    }
  }

  /** Medians, and least and most of what differs; or that nothing does. */
  private static void line(Page page, WhatIfReport report, JitteredRuns runs, List<Column> columns) {
    boolean own = runs == report.calibration();
    List<Column> different = columns.stream().filter(column -> own || !runs.range(column.figure).overlaps(report.calibration().range(column.figure))).toList();
    line(page, (own ? "* " : "  ") + runs.variant(), columns, column -> different.contains(column) ? column.cell(runs.range(column.figure).median()) : NO_DIFFERENCE);
    boolean varies = different.stream().anyMatch(column -> runs.range(column.figure).least() != runs.range(column.figure).most());
    if (varies) {
      line(page, "    at least", columns, column -> different.contains(column) ? column.cell(runs.range(column.figure).least()) : "");
      line(page, "    at most", columns, column -> different.contains(column) ? column.cell(runs.range(column.figure).most()) : "");
    }
  }

  private static void line(Page page, String name, List<Column> columns, Function<Column, String> cell) {
    page.line(("%-25s".formatted(name) + row(columns, cell)).stripTrailing());
  }

  private static <T> String row(List<T> columns, Function<T, String> cell) {
    StringBuilder row = new StringBuilder();
    columns.forEach(column -> row.append("%11s".formatted(cell.apply(column))));
    return row.toString();
  }

  /** A title in lines that are no wider than a column. */
  private static List<String> words(String title) {
    return title.length() < COLUMN ? List.of(title) : List.of(title.split(" "));
  }
}
