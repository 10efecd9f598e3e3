package io.vmatrace.checker.html;

import io.vmatrace.checker.report.Report.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The captures of a page, the worst ones first: each leads to its part. */
final class Contents {
  /** So many are listed; the page has all. */
  private static final int MOST = 500;

  private record Entry(int number, Verdict verdict, String path) {}

  private final List<Entry> entries = new ArrayList<>();
  private int all;

  /**
   * Adds a capture.
   *
   * @param number of the capture on the page
   */
  void add(int number, Verdict verdict, String path) {
    all++;
    entries.add(new Entry(number, verdict, path));
    if (entries.size() > 2 * MOST) {
      shorten();
    }
  }

  private void shorten() {
    entries.sort(Comparator.comparing(Entry::verdict).thenComparingInt(Entry::number));
    while (entries.size() > MOST) {
      entries.removeLast();
    }
  }

  /** Writes the list, if there are several captures. */
  void write(Markup out) {
    if (all < 2) {
      return;
    }
    shorten();
    out.open("nav", "class", "contents", "aria-label", "Captures").open("ol");
    for (Entry entry : entries) {
      out.open("li").element("span", entry.verdict().name(), "class", CaptureHtml.verdictClass(entry.verdict())).text(" ");
      out.element("a", entry.path(), "href", "#capture-" + entry.number()).close();
    }
    out.close();
    if (all > entries.size()) {
      out.element("p", "and %,d more, which are not worse.".formatted(all - entries.size()));
    }
    out.close();
  }
}
