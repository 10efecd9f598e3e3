package io.vmatrace.checker.report;

import io.vmatrace.checker.report.StoryRow.Change;
import io.vmatrace.checker.report.StoryRow.Held;
import io.vmatrace.checker.report.StoryRow.Side;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Rows for people: one column per task, time downwards. At the left of each column stands what its task holds and is inside of, on the lines
 * of other tasks too. Tasks that do not fit share the last column.
 */
public final class StoryColumns {
  /** What the letters beside a column mean. */
  public static final String LEGEND =
      "W, R: the task holds the mmap_lock for writing, for reading; w, r: it holds the VMA write-locked, read-locked; "
          + "l, f, s, d: it is inside lock_vma_under_rcu(), handle_mm_fault(), __vma_start_write(), a detach; "
          + "a -> b: the value as it was seen last, and here: it changed at any time between";

  /** A blank at which no line is cut while there are others. */
  private static final char JOINT = '\u00a0';

  private static final int INDENT = 2;
  private static final int CPU = 4;
  private static final int GUTTER = 4;

  /** An address with its 0x, and a blank. */
  private static final int NARROWEST = GUTTER + 19;

  private static final int WIDEST = GUTTER + 60;
  private static final int ROWS_OF_A_HEADER = 100;
  private static final String OTHERS = "other tasks";

  private final Style style;
  private final Consumer<String> out;

  /** The tasks that have a column of their own. */
  private List<Integer> pids = new ArrayList<>();

  private final Map<Integer, String> names = new LinkedHashMap<>();
  private boolean othersShown;
  private int timeWidth = 8;
  private int sinceHeader;

  /** @param out told of each line */
  public StoryColumns(Style style, Consumer<String> out) {
    this.style = style;
    this.out = out;
  }

  /** Chooses the columns for the rows to come, as far as they are known, and writes the header; how many tasks have none of their own. */
  public int arrange(Collection<StoryRow> ahead) {
    Map<Integer, Long> weights = new LinkedHashMap<>();
    for (StoryRow row : ahead) {
      timeWidth = Math.max(timeWidth, row.place().shortTime().length());
      if (row.isStep()) {
        names.put(row.task().pid(), row.task().name());
        weights.merge(row.task().pid(), row.breaks() == null ? 1L : Integer.MAX_VALUE, Long::sum);
      }
    }
    ahead.stream().filter(row -> row.breaks() != null).flatMap(row -> row.others().stream()).filter(Side::isBusy).forEach(side -> weights.computeIfPresent(side.pid(), (_, weight) -> weight + ahead.size()));
    int fitting = fitting();
    othersShown = weights.size() > fitting;
    Set<Integer> chosen = new HashSet<>(weights.keySet().stream().sorted(Comparator.comparing(weights::get, Comparator.reverseOrder())).limit(othersShown ? fitting - 1L : fitting).toList());
    pids = new ArrayList<>(weights.keySet().stream().filter(chosen::contains).toList());
    header();
    return weights.size() - pids.size();
  }

  /** How many columns fit. */
  private int fitting() {
    return Math.max(1, (style.columns() - left()) / NARROWEST);
  }

  private int left() {
    return INDENT + timeWidth + CPU + 1;
  }

  private int columns() {
    return Math.max(1, pids.size() + (othersShown ? 1 : 0));
  }

  private int width() {
    return Math.min(WIDEST, Math.max(NARROWEST, (style.columns() - left()) / columns()));
  }

  private void header() {
    sinceHeader = 0;
    StringBuilder line = new StringBuilder(" ".repeat(INDENT)).append(padded("time", timeWidth)).append(" CPU ");
    for (int pid : pids) {
      line.append(" ".repeat(GUTTER)).append(padded(names.getOrDefault(pid, "task " + pid), width() - GUTTER));
    }
    if (othersShown) {
      line.append(" ".repeat(GUTTER)).append(OTHERS);
    }
    out.accept(style.strong(line.toString().stripTrailing()));
  }

  /** The next row. */
  public void row(StoryRow row) {
    if (row.leftOut() > 0) {
      out.accept(style.faint(" ".repeat(left()) + "... %d row%s left out".formatted(row.leftOut(), row.leftOut() == 1 ? "" : "s")));
    }
    if (!row.isStep()) {
      out.accept("  %s  %s".formatted(padded(row.place().shortTime(), timeWidth), row.text()));
      return;
    }
    makeRoom(row);
    int own = pids.indexOf(row.task().pid());
    int column = own < 0 ? pids.size() : own;
    List<String> cell = cell(row, own < 0);
    for (int i = 0; i < cell.size(); i++) {
      out.accept(line(row, column, i, cell.get(i)));
    }
  }

  /** A task that has no column gets one, or shares the last; long histories have their header again. */
  private void makeRoom(StoryRow row) {
    boolean known = pids.contains(row.task().pid());
    names.put(row.task().pid(), row.task().name());
    if (!known && !othersShown) {
      if (pids.size() < fitting()) {
        pids.add(row.task().pid());
      } else {
        othersShown = true;
        pids.removeLast();
      }
      header();
    } else if (++sinceHeader > ROWS_OF_A_HEADER) {
      header();
    }
  }

  private String line(StoryRow row, int column, int i, String text) {
    boolean first = i == 0 && !row.step().equals(StoryRow.ABSENT);
    StringBuilder line = new StringBuilder(first && row.breaks() != null ? ">" : " ").append(' ');
    line.append(padded(first ? row.place().shortTime() : "", timeWidth));
    line.append(padded(first && row.place().cpu() >= 0 ? "%4d".formatted(row.place().cpu()) : "", CPU)).append(' ');
    for (int c = 0; c < columns(); c++) {
      Side side = c == column ? row.task() : sideOf(row, c);
      line.append(padded(side == null ? "" : gutter(side), GUTTER));
      String shown = c == column ? text : "";
      line.append(row.breaks() != null && !shown.isEmpty() ? style.bad(shown) : shown).append(" ".repeat(Math.max(0, width() - GUTTER - shown.length())));
    }
    return line.toString().stripTrailing();
  }

  private @Nullable Side sideOf(StoryRow row, int column) {
    if (column >= pids.size()) {
      return null;
    }
    int pid = pids.get(column);
    return row.others().stream().filter(other -> other.pid() == pid).findFirst().orElse(null);
  }

  /** What a task holds and is inside of, in at most three letters. */
  public static String gutter(Side side) {
    return letter(side.mmapLock(), "R", "W") + letter(side.vmaLock(), "r", "w") + inside(side.inside());
  }

  private static String letter(@Nullable Held held, String read, String write) {
    return held == null ? "" : held == Held.READ ? read : write;
  }

  private static String inside(@Nullable String call) {
    if (call == null) {
      return "";
    }
    return call.startsWith("lock_vma_under_rcu") ? "l" : call.startsWith("handle_mm_fault") ? "f" : call.startsWith("__vma_start_write") ? "s" : call.contains("detach") ? "d" : "";
  }

  /** The lines of a row in its column. */
  private List<String> cell(StoryRow row, boolean shared) {
    int width = width() - GUTTER - 1;
    List<String> lines = new ArrayList<>();
    wrap(lines, (shared ? row.task().name() + ": " : "") + row.text(), width);
    List<String> changes = new ArrayList<>();
    for (Change change : row.changes()) {
      String value = change.before() == null ? change.after() : "%s ->%s%s".formatted(change.before(), JOINT, change.after());
      changes.add(change.name() + JOINT + value);
    }
    List<String> values = new ArrayList<>();
    fill(values, changes, width - 1);
    lines.addAll(values.stream().map(line -> " " + line).toList());
    if (row.breaks() != null) {
      lines.add("<== %s broken here".formatted(row.breaks()));
    }
    if (row.proves() != null) {
      lines.add("<== %s proved here".formatted(row.proves()));
    }
    return lines;
  }

  /** Puts values in lines, as many as fit. */
  private static void fill(List<String> lines, List<String> values, int width) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < values.size(); i++) {
      String value = values.get(i);
      int comma = i < values.size() - 1 ? 1 : 0;
      if (!line.isEmpty() && line.length() + 2 + value.length() + comma > width) {
        wrap(lines, line + ",", width);
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : ", ").append(value);
    }
    if (!line.isEmpty()) {
      wrap(lines, line.toString(), width);
    }
  }

  /** Puts a text in lines, cut at blanks and within ranges of addresses; a name and its value stay together if they fit. Where there is no such place a word is cut. */
  private static void wrap(List<String> lines, String text, int width) {
    String rest = text;
    while (rest.length() > width) {
      int cut = cut(rest, width);
      lines.add(rest.substring(0, cut).replace(JOINT, ' '));
      rest = rest.substring(cut).stripLeading();
    }
    lines.add(rest.replace(JOINT, ' '));
  }

  private static int cut(String text, int width) {
    int blank = text.lastIndexOf(' ', width);
    int dash = text.lastIndexOf("-0x", width - 1);
    int joint = text.lastIndexOf(JOINT, width);
    int cut = Math.max(blank, dash + 1);
    if (cut > 0) {
      return cut;
    }
    return joint > 0 ? joint : width;
  }

  private static String padded(String text, int width) {
    return text.length() >= width ? text.substring(0, width) : text + " ".repeat(width - text.length());
  }
}
