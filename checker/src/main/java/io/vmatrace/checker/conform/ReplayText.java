package io.vmatrace.checker.conform;

import io.vmatrace.checker.conform.ReplayReport.QuotedMismatch;
import io.vmatrace.checker.report.Page;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Style;
import java.util.List;
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
        : ", conforms up to %s %d".formatted(unit(report), report.conformsUpTo());
  }

  private static String unit(ReplayReport report) {
    return report.input().lines() == null ? "event" : "line";
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
    if (report.undecided() > 0) {
      page.line("  VMAs not decided: %,d".formatted(report.undecided()));
    }
    if (report.returnsMissing() > 0) {
      page.line("  returns that are not in the capture: %,d".formatted(report.returnsMissing()));
    }
    faults(page, report.faults(), unit(report));
  }

  private static String secondWaits(ReplayReport.@Nullable SecondWaits waits) {
    return waits == null
        ? "not recorded, or none; from 7.0 on a probe on __vma_exclude_readers_for_detach() shows them"
        : "%,d, by a reader's temporary reference %,d".formatted(waits.count(), waits.explained());
  }

  private static void faults(Page page, ReplayReport.FaultOutcomes faults, String unit) {
    long total = faults.total();
    String refused = faults.refusedAt() == null ? "" : "; whatever became of them, the capture is refused at %s %d".formatted(unit, faults.refusedAt());
    page.wrapped("  ", "    ", "faults: %,d%s".formatted(total, refused));
    faults(page, "predicted: one outcome was left, and it happened", faults.predicted(), total);
    faults(page, "allowed: several were left", faults.allowed(), total);
    faults(page, "refused: none allowed what happened", faults.refused(), total);
    faults(page, "not decided", faults.undecided(), total);
  }

  private static void faults(Page page, String name, List<Report.ReasonCount> of, long total) {
    if (!of.isEmpty()) {
      long count = ReplayReport.FaultOutcomes.count(of);
      page.wrapped("  ", "    ", "%s: %,d (%s)".formatted(name, count, share(count, total)));
      of.forEach(outcome -> count(page, outcome));
    }
  }

  private static void count(Page page, Report.ReasonCount outcome) {
    String first = "  %,9d  %-8s  ".formatted(outcome.count(), outcome.path());
    page.wrapped(first, " ".repeat(first.length()), outcome.reason());
  }

  private static String share(long part, long whole) {
    return whole == 0 ? "none" : String.format(Locale.ROOT, "%.2f %%", 100.0 * part / whole);
  }
}
