package io.vmatrace.checker.html;

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

/** How long things took, as a table and as histograms. */
final class TimesHtml {
  private static final int BAR = 14;

  /** Room for so many, and for more where there are, so that all pictures have one scale: from a microsecond to a second. */
  private static final int MOST_BARS = 20;

  private static final int HEIGHT = 72;
  private static final int LABEL = 16;

  private final StatsReport stats;

  TimesHtml(StatsReport stats) {
    this.stats = stats;
  }

  void write(Markup out) {
    out.element("h3", "How long things took");
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
      out.element("td", "not recorded", "colspan", "5", "class", "none");
    }
    out.close();
  }

  private String length(long length) {
    return stats.inNanoseconds() ? Lengths.text(length) : Long.toString(length);
  }

  private void histograms(Markup out) {
    out.open("div", "class", "histograms");
    for (Timed what : Timed.values()) {
      Distribution of = stats.figures().times(what);
      if (stats.recorded().contains(what) && of.count() > 0) {
        histogram(out, what.text(), of);
      }
    }
    out.close();
  }

  /** A bar for each power of two; its height is the logarithm of the number, so that one is seen beside a million. */
  private void histogram(Markup out, String name, Distribution of) {
    long[] counts = of.byPowerOfTwo();
    int first = 0;
    int end = counts.length;
    while (counts[first] == 0) {
      first++;
    }
    while (counts[end - 1] == 0) {
      end--;
    }
    double most = Math.log1p((double) Arrays.stream(counts).max().orElse(1));
    int bars = Math.max(MOST_BARS, end - first);
    int width = bars * BAR;
    out.open("figure").element("figcaption", "%s: %,d".formatted(name, of.count()));
    out.open("svg", "viewBox", "0 0 %d %d".formatted(width, HEIGHT + LABEL), "role", "img", "aria-label",
        "%s: %,d, half of them up to %s, the longest %s".formatted(name, of.count(), length(of.percentile(50)), length(of.longest())));
    for (int i = first; i < end; i++) {
      if (counts[i] > 0) {
        long height = Math.max(2, Math.round(Math.log1p((double) counts[i]) / most * HEIGHT));
        out.open("rect", "class", "bar", "x", Integer.toString((i - first) * BAR + 1), "y", Long.toString(HEIGHT - height), "width", Integer.toString(BAR - 2), "height", Long.toString(height));
        out.element("title", "%s to %s: %,d".formatted(length(i == 0 ? 0 : 1L << i), length((1L << i + 1) - 1), counts[i])).close();
      }
    }
    for (int i = first; i <= first + bars - 4; i += 4) {
      out.element("text", length(i == 0 ? 0 : 1L << i), "x", Integer.toString((i - first) * BAR), "y", Integer.toString(HEIGHT + LABEL - 4));
    }
    out.close().close();
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
