package io.vmatrace.checker.html;

import io.vmatrace.checker.mm.FaultPath;
import io.vmatrace.checker.stats.Caller;
import io.vmatrace.checker.stats.Distribution;
import io.vmatrace.checker.stats.Lengths;
import io.vmatrace.checker.stats.StatsReport;
import io.vmatrace.checker.stats.StatsReport.Stretch;
import io.vmatrace.checker.stats.Timed;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How long things took, as a table and as histograms. */
final class TimesHtml {
  private static final int BAR = 14;

  /** Room for so many at least: a picture of few bars is no wider. */
  private static final int LEAST_BARS = 8;

  /** A name for each of so many bars, below it. */
  private static final int NAMED = 4;

  private static final int HEIGHT = 72;
  private static final int LABEL = 16;

  private final StatsReport stats;

  TimesHtml(StatsReport stats) {
    this.stats = stats;
  }

  void write(Markup out) {
    out.element("h3", "How long things took");
    if (stats.recorded().isEmpty()) {
      out.open("p").text("Not recorded: no event of the mmap_lock, no probe of a fault, a look-up or a write lock is in this capture. ").element("code", "vmatrace info CAPTURE");
      out.text(" prints the lines that add them to a recording.").close();
      return;
    }
    CaptureHtml.table(out, "How long things took", "What", "Number", "p50", "p90", "p99", "Longest");
    for (Timed what : Timed.values()) {
      row(out, what);
    }
    CaptureHtml.endTable(out);
    histograms(out);
    holders(out);
    longest(out);
  }

  private void row(Markup out, Timed what) {
    out.open("tr").element("th", what.text(), "scope", "row");
    if (stats.recorded().contains(what)) {
      Distribution of = stats.figures().times(what);
      out.element("td", "%,d".formatted(of.count()), "class", "number");
      boolean none = of.count() == 0;
      for (String text : List.of(length(of.percentile(50)), length(of.percentile(90)), length(of.percentile(99)), length(of.longest()))) {
        out.element("td", none ? "" : text, "class", "number");
      }
    } else {
      FaultPath path = path(what);
      if (path == null) {
        out.element("td", "not recorded", "colspan", "5", "class", "none");
      } else {
        out.element("td", "%,d".formatted(stats.faults(path)), "class", "number").element("td", "how long: not recorded", "colspan", "4", "class", "none");
      }
    }
    out.close();
  }

  /** The path of the faults that something is the time of: they are counted where their ends are not recorded, too. */
  private static @Nullable FaultPath path(Timed what) {
    return switch (what) {
      case FAULT_VMA_LOCK -> FaultPath.VMA_LOCK;
      case FAULT_MMAP_LOCK -> FaultPath.MMAP_LOCK;
      default -> null;
    };
  }

  private String length(long length) {
    return stats.inNanoseconds() ? Lengths.text(length) : Long.toString(length);
  }

  private void histograms(Markup out) {
    List<Timed> shown = Arrays.stream(Timed.values()).filter(what -> stats.recorded().contains(what) && stats.figures().times(what).count() > 0).toList();
    Axis axis = Axis.of(shown.stream().map(what -> stats.figures().times(what).byPowerOfTwo()).toList());
    out.element("p", "In the histograms a bar is of lengths from one power of two up to the next; its height is the logarithm of how many there are, so that one is seen beside a million.", "class", "note");
    out.open("div", "class", "histograms");
    shown.forEach(what -> histogram(out, what, axis));
    out.close();
  }

  /**
   * The powers of two that all pictures show, from the least length that is longer than none to the longest, so that they can be compared.
   *
   * @param none whether the first bar is of what took no time that the clock shows; the powers follow it
   */
  private record Axis(boolean none, int first, int end) {
    static Axis of(List<long[]> all) {
      boolean none = all.stream().anyMatch(counts -> counts[0] > 0);
      int end = all.stream().mapToInt(counts -> last(counts) + 1).max().orElse(1);
      int first = all.stream().mapToInt(Axis::first).min().orElse(1);
      return new Axis(none, Math.min(first, end), Math.max(end, first + 1));
    }

    private static int first(long[] counts) {
      int first = 1;
      while (first < counts.length && counts[first] == 0) {
        first++;
      }
      return first;
    }

    private static int last(long[] counts) {
      int last = counts.length - 1;
      while (last > 0 && counts[last] == 0) {
        last--;
      }
      return last;
    }

    int bars() {
      return end - first + (none ? 1 : 0);
    }

    /** The power of two that a bar is of: 0 for what took no time. */
    int power(int bar) {
      return none && bar == 0 ? 0 : first + bar - (none ? 1 : 0);
    }
  }

  /** A bar for each power of two, as the note above says. */
  private void histogram(Markup out, Timed what, Axis axis) {
    Distribution of = stats.figures().times(what);
    long[] counts = of.byPowerOfTwo();
    double most = Math.log1p((double) Arrays.stream(counts).max().orElse(1));
    int width = Math.max(LEAST_BARS, axis.bars()) * BAR;
    out.open("figure").element("figcaption", "%s: %,d; the highest bar: %,d (log scale)".formatted(what.text(), of.count(), Arrays.stream(counts).max().orElse(0)));
    out.open("svg", "viewBox", "0 0 %d %d".formatted(width, HEIGHT + LABEL), "role", "img", "aria-label",
        "%s: %,d, half of them up to %s, the longest %s".formatted(what.text(), of.count(), length(of.percentile(50)), length(of.longest())));
    for (int bar = 0; bar < axis.bars(); bar++) {
      int power = axis.power(bar);
      long count = counts[power];
      if (count > 0) {
        long height = Math.max(2, Math.round(Math.log1p((double) count) / most * HEIGHT));
        out.open("rect", "class", "bar", "x", Integer.toString(bar * BAR + 1), "y", Long.toString(HEIGHT - height), "width", Integer.toString(BAR - 2), "height", Long.toString(height));
        out.element("title", "%s to %s: %,d".formatted(length(least(power)), length((1L << power + 1) - 1), count)).close();
      }
      if (bar % NAMED == 0 && (bar + NAMED) * BAR <= width) {
        out.element("text", length(least(power)), "x", Integer.toString(bar * BAR), "y", Integer.toString(HEIGHT + LABEL - 4));
      }
    }
    out.element("rect", "", "class", "axis", "x", "0", "y", Integer.toString(HEIGHT), "width", Integer.toString(axis.bars() * BAR), "height", "1");
    out.close().close();
  }

  private static long least(int power) {
    return power == 0 ? 0 : 1L << power;
  }

  private void holders(Markup out) {
    for (boolean write : new boolean[] {true, false}) {
      Map<Caller, Distribution> holds = stats.figures().holds(write);
      if (holds.isEmpty()) {
        continue;
      }
      String name = "mmap_lock held to %s, by what held it".formatted(write ? "write" : "read");
      out.element("h4", name);
      CaptureHtml.table(out, name, "Call", "In all", "Times", "p99", "Longest");
      holds.entrySet().stream().sorted(Map.Entry.comparingByValue(Comparator.comparingLong(Distribution::sum).reversed())).forEach(hold -> {
        Distribution of = hold.getValue();
        out.open("tr").element("th", hold.getKey().text(), "scope", "row").element("td", length(of.sum()), "class", "number").element("td", "%,d".formatted(of.count()), "class", "number");
        out.element("td", length(of.percentile(99)), "class", "number").element("td", length(of.longest()), "class", "number").close();
      });
      CaptureHtml.endTable(out);
    }
  }

  private void longest(Markup out) {
    if (stats.longest().isEmpty()) {
      return;
    }
    out.open("details").element("summary", "The longest waits and holds");
    CaptureHtml.table(out, "The longest waits and holds", "Length", "What", "Task", "In", "To", "Held meanwhile by");
    for (Stretch of : stats.longest()) {
      out.open("tr").element("td", length(of.length()), "class", "number").element("td", of.what().text()).element("td", "%s-%d".formatted(of.comm(), of.pid()));
      out.element("td", of.caller().text()).element("td", of.ended()).element("td", of.holder() == 0 ? "" : "%d in %s".formatted(of.holder(), of.holding().text())).close();
    }
    CaptureHtml.endTable(out);
    out.close();
  }
}
