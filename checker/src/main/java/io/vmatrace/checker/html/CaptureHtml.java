package io.vmatrace.checker.html;

import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.RuleResult;
import io.vmatrace.checker.report.Report.Status;
import io.vmatrace.checker.report.Report.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One capture on the page: its verdict, what was checked and what not, its findings, its pictures, how long things took, and its input. */
final class CaptureHtml {
  /** Columns of numbers, whose names stand where those end. */
  private static final Set<String> OF_NUMBERS = Set.of("Number", "Times", "VMAs", "Page faults", "Under the VMA lock", "In all", "p50", "p90", "p99", "Longest", "Length");

  private final Report report;
  private final int number;
  private final @Nullable PageData data;

  /**
   * @param number of the capture on the page
   * @param data null where there are no pictures
   */
  CaptureHtml(Report report, int number, @Nullable PageData data) {
    this.report = report;
    this.number = number;
    this.data = data;
  }

  /** The class that colours a verdict. */
  static String verdictClass(Verdict verdict) {
    return "verdict " + verdict.name().toLowerCase(Locale.ROOT);
  }

  void write(Consumer<String> out) {
    Markup top = new Markup();
    verdict(top);
    checked(top);
    notChecked(top);
    new FindingsHtml(report, number, data == null ? null : data.picture()).write(top);
    kernelReports(top);
    out.accept(top.toString());
    if (data != null) {
      FiguresHtml.write(report, data.picture(), number, out);
      Markup times = new Markup();
      new TimesHtml(data.stats()).write(times);
      out.accept(times.toString());
    }
    Markup end = new Markup();
    faults(end);
    mms(end);
    input(end);
    out.accept(end.toString());
  }

  private void verdict(Markup out) {
    out.open("h2").element("span", report.verdict().name(), "class", verdictClass(report.verdict())).text(" " + report.path()).close();
    long violations = report.rules().stream().mapToLong(RuleResult::violations).sum();
    long broken = report.rules().stream().filter(rule -> rule.violations() > 0).count();
    String found = violations == 0 ? "no rule is broken" : "%,d violation%s of %d rule%s".formatted(violations, s(violations), broken, s(broken));
    List<String> said = new ArrayList<>();
    said.add(Character.toUpperCase(found.charAt(0)) + found.substring(1));
    addCount(said, Status.HELD, "held");
    addCount(said, Status.INCONCLUSIVE, "gave no answer");
    addCount(said, Status.NOT_EVIDENCED, "could not be checked");
    out.element("p", String.join("; ", said) + ".", "class", "lead");
    long possible = report.rules().stream().mapToLong(RuleResult::possible).sum();
    boolean shown = report.groups().stream().anyMatch(group -> group.certainty() == Report.Certainty.POSSIBLE);
    if (!report.reasons().isEmpty() || possible > 0) {
      out.open("ul");
      report.reasons().forEach(reason -> out.element("li", reason));
      if (possible > 0) {
        out.element("li", "%,d finding%s only possible%s".formatted(possible, possible == 1 ? " is" : "s are", shown ? "" : ": --possible shows what"));
      }
      out.close();
    }
    out.open("dl", "class", "facts");
    fact(out, "Kernel", "%s, %s".formatted(or(report.kernel().release(), "release not in the capture"), or(report.kernel().generation(), "design not shown")));
    fact(out, "Capture", report.format() + (report.compression() == null ? "" : " in " + report.compression()));
    fact(out, "Evidence", "%s (%s)".formatted(report.evidence(), report.evidence().meaning()));
    fact(out, "Events", "%,d; %s lost".formatted(report.input().events(), report.input().lostText()));
    fact(out, "Page faults", report.faults().total() == 0 ? "none in the capture" : "%,d: %,d under the VMA lock, %,d under the mmap_lock, %,d unresolved".formatted(
        report.faults().total(), report.faults().vmaLock(), report.faults().mmapLock(), report.faults().unresolved()));
    out.close();
  }

  private static void fact(Markup out, String name, String text) {
    out.open("div").element("dt", name).element("dd", text).close();
  }

  private static String or(@Nullable String text, String otherwise) {
    return text == null ? otherwise : text;
  }

  /** Says of how many rules of the kernel's design something is so, if of any. */
  private void addCount(List<String> said, Status status, String what) {
    long rules = report.rules().stream().filter(rule -> rule.status() == status && rule.isOfThisDesign()).count();
    if (rules > 0) {
      said.add("%d rule%s %s".formatted(rules, s(rules), what));
    }
  }

  static String s(long n) {
    return n == 1 ? "" : "s";
  }

  private void checked(Markup out) {
    List<RuleResult> put = report.rules().stream().filter(rule -> rule.status() != Status.NOT_EVIDENCED).toList();
    if (put.isEmpty()) {
      return;
    }
    out.open("details", "class", "checked");
    out.element("summary", "What was checked: %d rule%s".formatted(put.size(), s(put.size())));
    table(out, "Rules that were checked", "Rule", "Status", "Times", "What it says");
    for (RuleResult rule : put) {
      out.open("tr", "class", rule.status() == Status.VIOLATED ? "bad" : "");
      out.element("th", rule.id(), "scope", "row").element("td", rule.mark()).element("td", "%,d".formatted(rule.checked()), "class", "number").element("td", rule.summary());
      out.close();
    }
    endTable(out);
    out.close();
  }

  private void notChecked(Markup out) {
    Map<String, List<String>> byReason = new LinkedHashMap<>();
    for (RuleResult rule : report.rules()) {
      if (rule.status() == Status.NOT_EVIDENCED && rule.isOfThisDesign()) {
        byReason.computeIfAbsent(String.valueOf(rule.why()), _ -> new ArrayList<>()).add(rule.id());
      }
    }
    long rules = byReason.values().stream().mapToLong(List::size).sum();
    if (rules > 0) {
      out.open("details", "class", "unchecked");
      out.element("summary", "What was not checked, and why: %d rule%s".formatted(rules, s(rules)));
      out.open("dl");
      byReason.forEach((why, ids) -> fact(out, String.join(" ", ids), why));
      out.close().close();
    }
  }

  /** Opens a table that scrolls by itself where the page is narrow. */
  static void table(Markup out, String name, String... columns) {
    out.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", name).open("table");
    out.open("thead").open("tr");
    for (String column : columns) {
      out.element("th", column, "scope", "col", "class", OF_NUMBERS.contains(column) ? "number" : "");
    }
    out.close().close().open("tbody");
  }

  static void endTable(Markup out) {
    out.close().close().close();
  }

  private void kernelReports(Markup out) {
    if (report.kernelReports().isEmpty()) {
      return;
    }
    out.element("h3", "The kernel's own words");
    out.open("ul");
    for (Report.KernelReport said : report.kernelReports()) {
      out.open("li").text("line %d: ".formatted(said.line())).element("code", said.title());
      if (said.release() != null && !said.release().equals(report.kernel().release())) {
        out.text(" (kernel %s)".formatted(said.release()));
      }
      if (said.meaning() != null) {
        out.text(" \u2013 %s".formatted(said.rules().isEmpty() ? said.meaning() : "%s: %s".formatted(String.join(" ", said.rules()), said.meaning())));
      }
      out.close();
    }
    out.close();
  }

  private void faults(Markup out) {
    if (report.faultReasons().isEmpty()) {
      return;
    }
    out.element("h3", "Why page faults took their path");
    table(out, "Page faults by reason", "Number", "Lock", "Reason");
    for (Report.ReasonCount reason : report.faultReasons()) {
      out.open("tr").element("td", "%,d".formatted(reason.count()), "class", "number").element("td", path(reason.path())).element("td", reason.reason()).close();
    }
    endTable(out);
  }

  private static String path(String word) {
    return switch (word) {
      case "vmaLock" -> "VMA lock";
      case "mmapLock" -> "mmap_lock";
      default -> word;
    };
  }

  private void mms(Markup out) {
    if (report.mms().isEmpty()) {
      return;
    }
    out.open("details").element("summary", "Address spaces: %d".formatted(report.mms().size()));
    table(out, "Address spaces", "mm", "Tasks", "VMAs", "Page faults", "Under the VMA lock");
    for (Report.MmSummary mm : report.mms().stream().limit(MOST_MMS).toList()) {
      out.open("tr").element("th", mm.mm(), "scope", "row").element("td", "%,d".formatted(mm.tasks().size()), "class", "number").element("td", "%,d".formatted(mm.vmas()), "class", "number");
      out.element("td", "%,d".formatted(mm.faults().total()), "class", "number").element("td", "%,d".formatted(mm.faults().vmaLock()), "class", "number").close();
    }
    endTable(out);
    if (report.mms().size() > MOST_MMS) {
      out.element("p", "and %,d more: --format json has all".formatted(report.mms().size() - MOST_MMS));
    }
    out.close();
  }

  private static final int MOST_MMS = 200;

  private void input(Markup out) {
    Report.Input in = report.input();
    Report.Accounting bytes = report.accounting();
    out.open("details").element("summary", "How much of the input was understood");
    out.element("p", "%,d events: %,d decoded, %,d known and not needed, %,d unknown; %,d lines damaged, %s lost".formatted(
        in.events(), in.decoded(), in.ignored(), in.unknown(), in.damaged(), in.lostText()));
    out.element("p", "%,d bytes = %,d header + %,d decoded + %,d not needed + %,d unknown + %,d damaged".formatted(
        in.bytes(), bytes.header(), bytes.decoded(), bytes.ignored(), bytes.unknown(), bytes.damaged()));
    if (!report.problems().isEmpty()) {
      out.open("ul");
      for (Report.InputProblem problem : report.problems()) {
        out.open("li").text("%,d x %s%s: %s".formatted(problem.count(), problem.what(), problem.firstPlace().isEmpty() ? "" : ", first at " + problem.firstPlace(), problem.help()));
        if (!problem.example().isEmpty()) {
          out.text(" ").element("code", problem.example());
        }
        out.close();
      }
      out.close();
    }
    out.close();
  }
}
