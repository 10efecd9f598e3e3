package io.vmatrace.checker.report;

import io.vmatrace.checker.report.Report.Certainty;
import io.vmatrace.checker.report.Report.Evidence;
import io.vmatrace.checker.report.Report.RuleResult;
import io.vmatrace.checker.report.Report.Status;
import io.vmatrace.checker.report.Report.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A report for people, 80 columns wide: the verdict, the findings with the lines that prove them, what was checked, what was not
 * and why, and how much of the input was understood. Only quoted lines may be longer than the page; they are folded.
 */
final class TextReport {
  private static final int MOST_KERNEL_REPORTS = 5;
  private static final int MOST_MMS = 8;
  private static final int MOST_NAMES = 5;

  private final Report report;
  private final Style style;
  private final Page page;

  private TextReport(Report report, Style style) {
    this.report = report;
    this.style = style;
    this.page = new Page(style);
  }

  /** The report as text, ending in a newline. */
  static String write(Report report, Style style) {
    return new TextReport(report, style).write();
  }

  private String write() {
    verdict();
    new FindingsText(report, style, page).write();
    kernelReports();
    capture();
    faults();
    mms();
    checked();
    notChecked();
    input();
    return page.text();
  }

  private void verdict() {
    long violations = report.rules().stream().mapToLong(RuleResult::violations).sum();
    String summary =
        switch (report.verdict()) {
          case OK -> "OK for %d of %d rules%s%s".formatted(
              count(Status.HELD),
              report.rules().stream().filter(RuleResult::isOfThisDesign).count(),
              report.evidence() == Evidence.E0 ? "; the VMA lock itself was not recorded" : "",
              violations == 0 ? "" : "; %d violation%s known or too light to fail".formatted(violations, violations == 1 ? " is" : "s are"));
          case VIOLATION -> "%d violation%s of %d rule%s"
              .formatted(violations, plural(violations), count(Status.VIOLATED), plural(count(Status.VIOLATED)));
          case INCONCLUSIVE, UNREADABLE -> "no verdict can be given";
        };
    page.line("%s  %s: %s".formatted(marked(report.verdict()), report.path(), summary));
    for (String reason : report.reasons()) {
      page.wrapped("  - ", "    ", reason);
    }
    onlyPossible();
  }

  /** What is only possible does not change the verdict, and goes with it. */
  private void onlyPossible() {
    List<RuleResult> rules = report.rules().stream().filter(rule -> rule.possible() > 0).toList();
    long possible = rules.stream().mapToLong(RuleResult::possible).sum();
    boolean shown = report.findings().stream().anyMatch(finding -> finding.certainty() == Certainty.POSSIBLE);
    if (possible > 0 && !shown) {
      String ids = rules.stream().map(RuleResult::id).collect(Collectors.joining(" "));
      page.wrapped("  - ", "    ", "%d finding%s of %s %s only possible: `--possible` shows what".formatted(possible, plural(possible), ids, possible == 1 ? "is" : "are"));
    }
  }

  private String marked(Verdict verdict) {
    return switch (verdict) {
      case OK -> style.good("OK");
      case VIOLATION -> style.bad("VIOLATION");
      case INCONCLUSIVE -> style.doubtful("INCONCLUSIVE");
      case UNREADABLE -> style.bad("UNREADABLE");
    };
  }

  /** What the kernel said itself: first what is about this protocol. */
  private void kernelReports() {
    if (report.kernelReports().isEmpty()) {
      return;
    }
    page.line("");
    page.line(style.strong("The kernel's own words"));
    report.kernelReports().stream()
        .sorted(Comparator.comparing(said -> said.meaning() == null))
        .limit(MOST_KERNEL_REPORTS)
        .forEach(this::kernelReport);
    int hidden = report.kernelReports().size() - MOST_KERNEL_REPORTS;
    if (hidden > 0) {
      page.line("  and %d more".formatted(hidden));
    }
  }

  private void kernelReport(Report.KernelReport said) {
    page.folded("  %s ".formatted(style.faint("line " + said.line() + ":")), "      ", said.title());
    List<String> where = new ArrayList<>();
    if (said.function() != null) {
      where.add("in " + said.function() + "()");
    }
    if (said.pid() >= 0) {
      where.add("task %s%d".formatted(said.comm().isEmpty() ? "" : said.comm() + "-", said.pid()));
    }
    if (said.cpu() >= 0) {
      where.add("CPU " + said.cpu());
    }
    if (said.release() != null && !said.release().equals(report.kernel().release())) {
      where.add("kernel " + said.release());
    }
    if (!where.isEmpty()) {
      page.wrapped("    ", "    ", said.kind() + " " + String.join(", ", where));
    }
    if (said.meaning() != null) {
      page.wrapped("    ", "    ", said.rules().isEmpty() ? said.meaning() : "%s: %s".formatted(String.join(" ", said.rules()), said.meaning()));
      page.wrapped("    ", "      ", "from " + said.source());
    }
  }

  private void capture() {
    page.line("");
    page.line(style.strong("Capture"));
    String kernel =
        report.kernel().release() == null ? "release not in the capture" : report.kernel().release();
    String generation = report.kernel().generation() == null ? "design not shown" : report.kernel().generation();
    page.wrapped("  ", "  ", "%s%s; kernel: %s, %s; evidence %s (%s); clock in %s".formatted(
        report.format(),
        report.compression() == null ? "" : " in " + report.compression(),
        generation,
        kernel,
        report.evidence(),
        meaning(report.evidence()),
        report.clock()));
  }

  private static String meaning(Report.Evidence evidence) {
    return switch (evidence) {
      case E0 -> "tracepoints only";
      case E1 -> "probes without values";
      case E2 -> "probes with values";
    };
  }

  private void faults() {
    if (report.faults().total() == 0) {
      return;
    }
    page.line("");
    page.line(
        "%s  %d: %d under the VMA lock, %d under the mmap_lock, %d unresolved"
            .formatted(
                style.strong("Page faults"),
                report.faults().total(),
                report.faults().vmaLock(),
                report.faults().mmapLock(),
                report.faults().unresolved()));
    for (Report.ReasonCount reason : report.faultReasons()) {
      page.line("  %8d  %-10s %s".formatted(reason.count(), path(reason.path()), reason.reason()));
    }
  }

  private static String path(String path) {
    return switch (path) {
      case "vmaLock" -> "VMA lock";
      case "mmapLock" -> "mmap_lock";
      default -> path;
    };
  }

  private void mms() {
    if (report.mms().isEmpty()) {
      return;
    }
    page.line("");
    page.line("%s %13s %8s %10s %20s".formatted(style.strong("Address spaces"), "tasks", "VMAs", "faults", "under the VMA lock"));
    for (Report.MmSummary mm : report.mms().stream().limit(MOST_MMS).toList()) {
      page.line("  %-18s %7d %8d %10d %20d".formatted(mm.mm(), mm.tasks().size(), mm.vmas(), mm.faults().total(), mm.faults().vmaLock()));
    }
    if (report.mms().size() > MOST_MMS) {
      page.line("  and %d more".formatted(report.mms().size() - MOST_MMS));
    }
  }

  private void checked() {
    page.line("");
    page.line(style.strong("Checked"));
    List<RuleResult> put = report.rules().stream().filter(r -> r.status() != Status.NOT_EVIDENCED).toList();
    if (put.isEmpty()) {
      page.line("  nothing");
    }
    for (RuleResult rule : put) {
      String times = rule.violations() > 0 ? "%d of %d".formatted(rule.violations(), rule.checked()) : String.valueOf(rule.checked());
      page.wrapped("  %-4s %-9s %8s times  ".formatted(rule.id(), rule.mark(), times), " ".repeat(32), rule.summary());
    }
  }

  private void notChecked() {
    Map<String, List<String>> byReason = new LinkedHashMap<>();
    for (RuleResult rule : report.rules()) {
      if (rule.status() == Status.NOT_EVIDENCED && rule.isOfThisDesign()) {
        byReason.computeIfAbsent(String.valueOf(rule.why()), _ -> new ArrayList<>()).add(rule.id());
      }
    }
    if (byReason.isEmpty()) {
      return;
    }
    page.line("");
    page.line(style.strong("Not checked"));
    byReason.forEach((why, ids) -> page.wrapped("  ", "      ", String.join(" ", ids) + ": " + why));
  }

  private void input() {
    Report.Input in = report.input();
    Report.Accounting bytes = report.accounting();
    page.line("");
    page.line(style.strong("Input"));
    page.wrapped("  ", "  ", "%d events: %d decoded, %d known and not needed, %d unknown; %d lines damaged, %s lost"
        .formatted(in.events(), in.decoded(), in.ignored(), in.unknown(), in.damaged(), in.lostText()));
    page.wrapped("  ", "  ", "%d bytes = %d header + %d decoded + %d not needed + %d unknown + %d damaged"
        .formatted(in.bytes(), bytes.header(), bytes.decoded(), bytes.ignored(), bytes.unknown(), bytes.damaged()));
    report.unknownNames().stream()
        .sorted((a, b) -> Long.compare(b.count(), a.count()))
        .limit(MOST_NAMES)
        .forEach(name -> page.line("  unknown: %d x %s".formatted(name.count(), name.name())));
    for (Report.InputProblem problem : report.problems()) {
      String first = problem.firstPlace().isEmpty() ? "" : ", first at " + problem.firstPlace();
      page.wrapped("  ", "    ", "%d x %s%s: %s".formatted(problem.count(), problem.what(), first, problem.help()));
      if (!problem.example().isEmpty()) {
        page.folded("    | ", "    |   ", problem.example());
      }
    }
  }

  private long count(Status status) {
    return report.rules().stream().filter(rule -> rule.status() == status).count();
  }

  private static String plural(long n) {
    return n == 1 ? "" : "s";
  }
}
