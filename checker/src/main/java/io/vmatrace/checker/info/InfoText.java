package io.vmatrace.checker.info;

import io.vmatrace.checker.info.InfoReport.EventCount;
import io.vmatrace.checker.info.InfoReport.Loss;
import io.vmatrace.checker.info.InfoReport.Place;
import io.vmatrace.checker.info.InfoReport.RuleEvidence;
import io.vmatrace.checker.info.InfoReport.Use;
import io.vmatrace.checker.recipe.Advice;
import io.vmatrace.checker.recipe.Script;
import io.vmatrace.checker.report.Page;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Style;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A report for people, 80 columns wide: what the capture is, what it can evidence, and the lines to paste for the rest. */
public final class InfoText {
  private static final int MOST_LOSSES = 8;
  private static final int MOST_UNKNOWN = 12;

  /** What stands free at the sides of lines of shell: two columns before them, and one after. */
  private static final int MARGINS = 3;

  private final InfoReport report;
  private final Style style;
  private final Page page;

  private InfoText(InfoReport report, Style style) {
    this.report = report;
    this.style = style;
    page = new Page(style);
  }

  /** The report as text, ending in a newline. */
  public static String write(InfoReport report, Style style) {
    return new InfoText(report, style).write();
  }

  private String write() {
    capture();
    events();
    losses();
    input();
    rules();
    advice();
    return page.text();
  }

  private void capture() {
    page.line(style.strong(report.path()));
    fact("format", report.format() + (report.compression() == null ? "" : " in " + report.compression()) + ": " + report.ground());
    String release = report.kernel().release() == null ? "release not in the capture" : report.kernel().release();
    fact("kernel", "%s; VMA lock: %s".formatted(release, report.kernel().generation() == null ? "design not shown" : report.kernel().generation()));
    fact("clock", (report.clock() == null ? "not named" : report.clock()) + (report.inSeconds() ? ", in seconds" : ", in ticks"));
    String machine = report.machineCpus() == 0 ? "" : " of %d".formatted(report.machineCpus());
    String none = report.input().events() > 0 ? "the events do not say on which they were" : "none had events";
    fact("CPUs", report.cpus().isEmpty() ? none : "%d%s had events".formatted(report.cpus().size(), machine));
    InfoReport.Span span = report.span();
    fact("time", span == null ? "no event" : "%s to %s, %s%s".formatted(span.first(), span.last(), span.length(), report.inSeconds() ? " seconds" : " ticks"));
    fact("pointers", report.pointers());
    fact("evidence", "%s (%s)".formatted(report.evidence(), report.evidence().meaning()));
    report.details().forEach(this::fact);
    String unreadable = report.unreadable() != null ? report.unreadable() : report.cutShort();
    if (unreadable != null) {
      fact("incomplete", style.doubtful(unreadable));
    }
  }

  private void fact(String name, String value) {
    page.wrapped("  %-11s".formatted(name) + (name.length() < 11 ? "" : "  "), " ".repeat(13), value);
  }

  private void heading(String text) {
    page.line("");
    page.line(style.strong(text));
  }

  private void events() {
    heading("Events  %d".formatted(report.input().events()));
    List<EventCount> known = report.events().stream().filter(e -> e.use() != Use.UNKNOWN).toList();
    List<EventCount> unknown = report.events().stream().filter(e -> e.use() == Use.UNKNOWN).toList();
    known.forEach(e -> page.line("  %10d  %s%s".formatted(e.count(), e.name(), e.use() == Use.IGNORED ? "  (not needed)" : "")));
    unknown.stream().limit(MOST_UNKNOWN).forEach(e -> page.folded("  %10d  ".formatted(e.count()), " ".repeat(14), e.name() + "  (unknown)"));
    if (unknown.size() > MOST_UNKNOWN) {
      page.line("              and %d more unknown names".formatted(unknown.size() - MOST_UNKNOWN));
    }
  }

  private void losses() {
    heading("Missing  " + missing());
    if (report.overwritten() > 0) {
      page.line("  %d events were overwritten before the first one here".formatted(report.overwritten()));
    }
    report.losses().stream().limit(MOST_LOSSES).forEach(this::loss);
    if (report.losses().size() > MOST_LOSSES) {
      page.line("  and %s more; `--format json` has them".formatted(report.losses().size() - MOST_LOSSES));
    }
  }

  private String missing() {
    Report.Input input = report.input();
    if (input.lost() == 0 && input.uncountedLosses() == 0 && report.losses().isEmpty()) {
      return "nothing that the capture says";
    }
    return input.lost() == 0 && input.uncountedLosses() > 0 ? "events, how many is not said" : input.lostText().replaceFirst(",$", "");
  }

  private void loss(Loss loss) {
    List<String> parts = new ArrayList<>();
    parts.add((loss.count() > 0 ? loss.count() + " " : "") + loss.what());
    if (loss.cpu() != null) {
      parts.add("on CPU " + loss.cpu());
    }
    parts.add("between %s and %s".formatted(place(loss.after(), "the beginning"), place(loss.before(), "the end")));
    page.wrapped("  ", "    ", String.join(" ", parts));
  }

  private String place(@Nullable Place place, String none) {
    return place == null ? none : "%s (%s %d)".formatted(place.time(), report.input().lines() == null ? "event" : "line", place.at());
  }

  private void input() {
    Report.Input in = report.input();
    Report.Accounting bytes = report.accounting();
    heading("Input");
    page.wrapped("  ", "  ", "%d events: %d decoded, %d known and not needed, %d unknown; %d %s damaged"
        .formatted(in.events(), in.decoded(), in.ignored(), in.unknown(), in.damaged(), in.lines() == null ? "places" : "lines"));
    page.wrapped("  ", "  ", "%d bytes = %d header + %d decoded + %d not needed + %d unknown + %d damaged"
        .formatted(in.bytes(), bytes.header(), bytes.decoded(), bytes.ignored(), bytes.unknown(), bytes.damaged()));
    for (Report.InputProblem problem : report.problems()) {
      page.wrapped("  ", "    ", "%d x %s, first at %s: %s".formatted(problem.count(), problem.what(), problem.firstPlace(), problem.help()));
      page.folded("    | ", "    |   ", problem.example());
    }
  }

  private void rules() {
    List<String> evidenced = report.rules().stream().filter(RuleEvidence::evidenced).map(RuleEvidence::id).toList();
    long own = report.rules().stream().filter(rule -> Report.RuleResult.isOfThisDesign(rule.why())).count();
    heading("Rules  %d of %d can be evidenced".formatted(evidenced.size(), own));
    if (!evidenced.isEmpty()) {
      page.wrapped("  yes  ", " ".repeat(7), String.join(" ", evidenced));
    }
    Map<String, List<String>> byReason = new LinkedHashMap<>();
    for (RuleEvidence rule : report.rules()) {
      if (!rule.evidenced()) {
        byReason.computeIfAbsent(String.valueOf(rule.why()), _ -> new ArrayList<>()).add(rule.id());
      }
    }
    byReason.forEach((why, ids) -> page.wrapped("  no   ", " ".repeat(9), String.join(" ", ids) + ": " + why));
  }

  private void advice() {
    Advice advice = report.advice();
    if (advice.add().isEmpty()) {
      heading("To add to the recording: nothing");
    } else {
      heading("To add to the recording");
      script(advice.add());
    }
    if (!advice.perhaps().isEmpty()) {
      heading("To add, unless you did: this was not recorded, or did not happen");
      script(advice.perhaps());
    }
    page.line("");
    if (!advice.neverHappened().isEmpty()) {
      page.wrapped("  ", "  ", "Recorded, but it did not happen: " + String.join(" ", advice.neverHappened()));
    }
    if (!advice.impossible().isEmpty()) {
      page.wrapped("  ", "  ", "Not to be recorded on this kernel: " + String.join(" ", advice.impossible()));
    }
    if (!advice.assumedKernels().isEmpty() && advice.add().stream().anyMatch(step -> !step.probes().isEmpty())) {
      page.wrapped("  ", "  ", ("The capture does not show its kernel: the probes are for kernels %s;"
          + " `--kernel RELEASE` gives those for another.").formatted(advice.assumedKernels()));
    }
  }

  private void script(List<Advice.Step> steps) {
    Script.lines(steps, style.columns() - MARGINS).forEach(line -> page.verbatim("  " + line));
  }
}
