package io.vmatrace.checker.compare;

import io.vmatrace.checker.compare.Comparison.Difference;
import io.vmatrace.checker.compare.Comparison.Effect;
import io.vmatrace.checker.compare.Comparison.IncompleteRun;
import io.vmatrace.checker.report.JsonParts;
import io.vmatrace.checker.report.Page;
import io.vmatrace.checker.report.Style;
import io.vmatrace.checker.stats.Lengths;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.List;
import java.util.Locale;

/** A comparison for people, 80 columns wide. */
public final class ComparisonText {
  private static final int MOST_INCOMPLETE = 5;

  /** More than so many times as much is said as that, and not in per cent. */
  private static final int MUCH = 9;

  private ComparisonText() {}

  /** The comparison as text, ending in a newline. */
  public static String write(Comparison of, Style style) {
    Page page = new Page(style);
    List<Difference> told = of.differences().stream().filter(Difference::isTold).toList();
    page.line(style.strong(verdict(of)));
    page.line("  %d runs before, %d after; %d figures that all of them have".formatted(of.base(), of.changed(), of.differences().size()));
    incomplete(page, style, of);
    if (of.tooFew()) {
      page.wrapped("  ", "  ", style.doubtful("too few runs to tell: with %d figures it takes at least %d of each, however far apart they are".formatted(of.differences().size(), of.needed())));
    }
    causes(page, "New findings", of.newCauses());
    causes(page, "Findings that are gone", of.goneCauses());
    figures(page, style, of, told);
    return page.text();
  }

  private static String verdict(Comparison of) {
    if (of.hasRegression()) {
      return "REGRESSION";
    }
    if (of.differences().stream().anyMatch(figure -> figure.effect() == Effect.BETTER)) {
      return "BETTER, nothing is worse";
    }
    if (of.differences().stream().anyMatch(Difference::isTold)) {
      return "NO DIFFERENCE of %s or more".formatted(percent(of.leastChange()));
    }
    return of.tooFew() ? "CANNOT TELL" : "NO DIFFERENCE beyond the noise between runs";
  }

  private static String percent(double part) {
    return new DecimalFormat("0.##", DecimalFormatSymbols.getInstance(Locale.ROOT)).format(100 * part) + " %";
  }

  private static void incomplete(Page page, Style style, Comparison of) {
    if (of.incomplete().isEmpty()) {
      return;
    }
    long base = of.incomplete().stream().filter(IncompleteRun::isBase).count();
    page.wrapped("  ", "  ", style.doubtful("incomplete are %d of those before and %d of those after: what is missing may be the difference, of findings too".formatted(base, of.incomplete().size() - base)));
    for (IncompleteRun run : of.incomplete().stream().limit(MOST_INCOMPLETE).toList()) {
      page.wrapped("    ", "      ", "%s: %s".formatted(run.path(), run.missing().getFirst()));
    }
    if (of.incomplete().size() > MOST_INCOMPLETE) {
      page.line("    and %d more: --format json has all".formatted(of.incomplete().size() - MOST_INCOMPLETE));
    }
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

  private static void figures(Page page, Style style, Comparison comparison, List<Difference> told) {
    if (told.isEmpty()) {
      return;
    }
    page.line("");
    page.line(style.strong("          %-36s %8s %8s %7s %6s".formatted("", "before", "after", "", "p")));
    for (Difference of : told) {
      String row = "  %-7s %-36s %8s %8s %7s %6.4f".formatted(JsonParts.word(of.effect()), of.figure(), value(of, of.base()), value(of, of.changed()), change(of), of.p());
      page.line(switch (of.effect()) {
        case WORSE -> style.bad(row);
        case BETTER -> style.good(row);
        case SMALL, NONE -> row;
      });
    }
    page.line("");
    page.wrapped("  ", "  ", "Medians over the runs; more is worse. small: less than %s (--least-change). p: how often chance alone sets runs so far apart (permutation of ranks, corrected for the number of figures by Holm's method); told below %.2f."
        .formatted(percent(comparison.leastChange()), Comparison.LEVEL));
  }

  private static String change(Difference of) {
    if (Double.isInfinite(of.change())) {
      return "";
    }
    return of.change() < MUCH ? "%+.0f %%".formatted(100 * of.change()) : "x %.3g".formatted(1 + of.change());
  }

  private static String value(Difference of, double value) {
    return of.figure().equals(RunFigures.FALLBACKS) ? "%.2f %%".formatted(100 * value) : Lengths.text(Math.round(value));
  }
}
