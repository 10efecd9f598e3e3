package io.vmatrace.checker.compare;

import io.vmatrace.checker.compare.Comparison.Difference;
import io.vmatrace.checker.report.Page;
import io.vmatrace.checker.report.Style;
import io.vmatrace.checker.stats.Lengths;
import java.util.List;

/** A comparison for people, 80 columns wide. */
public final class ComparisonText {
  private ComparisonText() {}

  /** The comparison as text, ending in a newline. */
  public static String write(Comparison of, Style style) {
    Page page = new Page(style);
    List<Difference> told = of.differences().stream().filter(Difference::isTold).toList();
    page.line(style.strong(verdict(of, told.size())));
    page.line("  %d runs before, %d after; %d figures that all of them have".formatted(of.base(), of.changed(), of.differences().size()));
    if (of.tooFew()) {
      page.wrapped("  ", "  ", style.doubtful("too few runs to tell: with %d figures it takes at least %d of each, however far apart they are".formatted(of.differences().size(), of.needed())));
    }
    causes(page, "New findings", of.newCauses());
    causes(page, "Findings that are gone", of.goneCauses());
    figures(page, style, told);
    return page.text();
  }

  private static String verdict(Comparison of, int told) {
    if (of.hasRegression()) {
      return "REGRESSION";
    }
    return told > 0 ? "DIFFERENT, nothing is worse" : of.tooFew() ? "CANNOT TELL" : "NO DIFFERENCE beyond the noise between runs";
  }

  private static void causes(Page page, String what, Iterable<String> causes) {
    boolean first = true;
    for (String cause : causes) {
      if (first) {
        page.line("");
        page.line(what);
        first = false;
      }
      page.line("  " + cause);
    }
  }

  private static void figures(Page page, Style style, List<Difference> told) {
    if (told.isEmpty()) {
      return;
    }
    page.line("");
    page.line(style.strong("  %-38s %9s %9s %7s %8s".formatted("", "before", "after", "", "p")));
    for (Difference of : told) {
      String change = of.base() == 0 ? "" : "%+.0f %%".formatted(100 * (of.changed() - of.base()) / of.base());
      String row = "  %-38s %9s %9s %7s %8.4f".formatted(of.figure(), value(of, of.base()), value(of, of.changed()), change, of.p());
      page.line(of.isRegression() ? style.bad(row) : row);
    }
    page.line("");
    page.wrapped("  ", "  ", "Medians over the runs. p: how often chance alone sets runs so far apart (permutation of ranks, corrected for the number of figures by Holm's method); told below %.2f."
        .formatted(Comparison.LEVEL));
  }

  private static String value(Difference of, double value) {
    return of.figure().equals(RunFigures.FALLBACKS) ? "%.2f %%".formatted(100 * value) : Lengths.text(Math.round(value));
  }
}
