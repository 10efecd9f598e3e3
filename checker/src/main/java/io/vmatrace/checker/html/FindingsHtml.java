package io.vmatrace.checker.html;

import io.vmatrace.checker.picture.CapturePicture.Near;
import io.vmatrace.checker.picture.Picture;
import io.vmatrace.checker.report.FindingGroup;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.Certainty;
import io.vmatrace.checker.report.Report.FindingReport;
import io.vmatrace.checker.report.Report.Quote;
import io.vmatrace.checker.report.Story;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The findings of a capture: of each cause the first one whole, with its story, the events that prove it, and those around it. */
final class FindingsHtml {
  /** Causes that are shown whole; the list has all. */
  private static final int MOST_CAUSES = 100;

  private final Report report;
  private final int capture;
  private final @Nullable Picture picture;

  FindingsHtml(Report report, int capture, @Nullable Picture picture) {
    this.report = report;
    this.capture = capture;
    this.picture = picture;
  }

  void write(Markup out) {
    out.element("h3", "Findings", "id", "findings-" + capture);
    if (report.groups().isEmpty()) {
      out.element("p", "None.");
      return;
    }
    List<FindingGroup> groups = report.groups();
    for (int i = 0; i < Math.min(groups.size(), MOST_CAUSES); i++) {
      group(out, groups.get(i), i);
    }
    if (groups.size() > MOST_CAUSES) {
      out.element("p", "%d more causes are in the list of all findings only.".formatted(groups.size() - MOST_CAUSES));
    }
  }

  private void group(Markup out, FindingGroup group, int number) {
    FindingReport first = group.first();
    boolean definite = group.certainty() == Certainty.DEFINITE;
    out.open("article", "class", "finding" + (definite ? "" : " possible"));
    out.open("h4").element("span", (definite ? "" : "possible ") + group.cause(), "class", "cause").text(" ").element("span", group.severity().text(), "class", "severity").close();
    out.element("p", first.message(), "class", "message");
    List<String> about = new ArrayList<>();
    about.add("%s %s".formatted(group.count() == 1 ? "once," : "%,d times, first".formatted(group.count()), "at %s (%s)".formatted(first.brokenAt().shortTime(), first.brokenAt().place())));
    if (first.vma() != null) {
      about.add("VMA " + first.vma());
    }
    if (first.range() != null) {
      about.add(first.range());
    }
    if (first.mm() != null) {
      about.add("mm " + first.mm());
    }
    about.add("task %s-%d".formatted(first.brokenAt().comm(), first.brokenAt().pid()));
    out.element("p", String.join(", ", about), "class", "about");
    said(out, group);
    if (picture != null) {
      out.element("button", "Show it in the timeline", "type", "button", "class", "show", "data-cause", Integer.toString(number));
    }
    FindingReport told = group.told();
    Story story = told.story();
    if (story != null) {
      out.open("details", "open", "").element("summary", "What tasks did about " + story.subject());
      new StoryHtml(story).write(out);
      out.close();
    }
    evidence(out, told);
    around(out, told);
    out.close();
  }

  private static void said(Markup out, FindingGroup group) {
    if (group.followsFrom() != null) {
      out.element("p", "Follows from %s, in the same write section and at the same VMA.".formatted(group.followsFrom()));
    }
    if (group.first().doubt() != null) {
      out.element("p", "Only possible: " + group.first().doubt());
    }
    if (group.known()) {
      out.element("p", "Known: the baseline has it.");
    }
  }

  private static void evidence(Markup out, FindingReport finding) {
    out.open("details", "open", "").element("summary", "The events that prove it");
    out.open("dl", "class", "evidence");
    for (Quote quote : finding.evidence()) {
      out.open("div").open("dt").text("%s: %s".formatted(quote.place(), quote.says())).close();
      out.open("dd").element("code", quote.text()).close().close();
    }
    out.close().close();
  }

  private void around(Markup out, FindingReport finding) {
    List<Near> near = picture == null ? List.of() : picture.around(finding.id());
    if (near.isEmpty()) {
      return;
    }
    Set<String> proving = finding.evidence().stream().map(Quote::text).collect(Collectors.toSet());
    out.open("details", "class", "raw").element("summary", "The %d events of the capture around it, as they are".formatted(near.size()));
    out.open("pre", "tabindex", "0", "aria-label", "Events around the finding");
    for (Near event : near) {
      String line = "%8d  %s\n".formatted(event.at(), event.text());
      if (event.at() == finding.place() || proving.contains(event.text().strip())) {
        out.element("mark", line);
      } else {
        out.text(line);
      }
    }
    out.close().close();
  }
}
