package io.vmatrace.checker.conform;

import io.vmatrace.checker.conform.ReplayReport.QuotedMismatch;
import io.vmatrace.checker.report.Page;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Style;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A report for a person: the verdict first, then the mismatches, then what was compared. */
public final class ReplayText {
  private static final String INDENT = "  ";

  private ReplayText() {}

  /** The report in lines of at most 80 columns. */
  public static String write(ReplayReport report, Style style) {
    Page page = new Page(style);
    page.line(verdict(report, style));
    page.line("  followed with %s%s".formatted(report.variant(), place(report)));
    report.reasons().forEach(reason -> page.wrapped("  - ", "    ", reason));
    report.mismatches().forEach(refused -> mismatch(page, report, refused, style));
    if (report.refused() > report.mismatches().size()) {
      page.line("");
      page.line("%d more outcomes were refused.".formatted(report.refused() - report.mismatches().size()));
    }
    followed(page, report, style);
    return page.text();
  }

  private static String verdict(ReplayReport report, Style style) {
    return switch (report.verdict()) {
      case CONFORMS -> "%s  %s: %,d outcomes compared, all allowed".formatted(style.good("CONFORMS"), report.path(), report.compared());
      case INCONCLUSIVE -> "%s  %s: no verdict can be given".formatted(style.doubtful("INCONCLUSIVE"), report.path());
      case DIVERGES -> "%s  %s: %,d outcomes refused".formatted(style.bad("DIVERGES"), report.path(), report.refused());
    };
  }

  private static String place(ReplayReport report) {
    return report.conformsUpTo() == null
        ? ""
        : ", conforms up to %s %d".formatted(report.input().lines() == null ? "event" : "line", report.conformsUpTo());
  }

  private static void mismatch(Page page, ReplayReport report, QuotedMismatch refused, Style style) {
    page.line("");
    page.line("%s  %s:%d".formatted(style.strong(refused.step()), report.path(), refused.at()));
    page.wrapped(INDENT, INDENT, "observed: " + refused.observed());
    page.wrapped(INDENT, INDENT, "allowed: " + refused.allowed());
    if (!refused.state().isEmpty()) {
      page.wrapped(INDENT, INDENT, "known before: vma %s, %s".formatted(refused.vma(), refused.state()));
    }
    page.folded("      | ", "      |   ", refused.text().lines().findFirst().orElse(""));
  }

  private static void followed(Page page, ReplayReport report, Style style) {
    page.line("");
    page.line(style.strong("Followed"));
    page.line("  %,d steps, %,d outcomes and values compared; evidence %s".formatted(report.steps(), report.compared(), report.evidence()));
    page.line("  look-ups: %,d granted, %,d refused".formatted(report.lookUps().granted(), report.lookUps().refused()));
    page.wrapped("  ", "    ", "second waits in a detach: " + secondWaits(report.secondWaits()));
    if (report.outsiders() > 0) {
      page.line("  explained only by a task outside the capture: %,d".formatted(report.outsiders()));
    }
    faults(page, report.faults());
  }

  private static String secondWaits(ReplayReport.@Nullable SecondWaits waits) {
    return waits == null
        ? "not seen; from 7.0 on probes on the functions of the VMA lock show them"
        : "%,d, by a reader's temporary reference %,d".formatted(waits.count(), waits.explained());
  }

  private static void faults(Page page, ReplayReport.FaultOutcomes faults) {
    if (faults.predicted() == null) {
      page.wrapped("  ", "    ", "faults: %,d; what becomes of them is not predicted: %s".formatted(faults.total(), faults.whyNone()));
    } else {
      page.line("  faults: %,d, lock predicted from the events before %,d (%s)".formatted(faults.total(), faults.predicted(), share(faults.predicted(), faults.total())));
    }
    faults.outcomes().forEach(outcome -> count(page, outcome));
    if (faults.predicted() != null && !faults.unpredicted().isEmpty()) {
      page.line("  not predicted");
    }
    faults.unpredicted().forEach(outcome -> count(page, outcome));
  }

  private static void count(Page page, Report.ReasonCount outcome) {
    String first = "  %,9d  %-8s  ".formatted(outcome.count(), outcome.path());
    page.wrapped(first, " ".repeat(first.length()), outcome.reason());
  }

  private static String share(long part, long whole) {
    return whole == 0 ? "none" : String.format(Locale.ROOT, "%.2f %%", 100.0 * part / whole);
  }
}
