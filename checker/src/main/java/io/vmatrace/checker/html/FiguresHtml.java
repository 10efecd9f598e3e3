package io.vmatrace.checker.html;

import io.vmatrace.checker.picture.Picture;
import io.vmatrace.checker.report.FindingGroup;
import io.vmatrace.checker.report.JsonParts;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.Certainty;
import io.vmatrace.checker.report.Report.FindingReport;
import io.vmatrace.checker.report.Report.Mark;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The place of a capture's pictures on the page, and what they are drawn from: the script does that. */
final class FiguresHtml {
  private final Report report;
  private final Picture picture;

  /** The numbers of causes, those that are only possible after a blank. */
  private final Map<String, Integer> causes = new HashMap<>();

  private FiguresHtml(Report report, Picture picture) {
    this.report = report;
    this.picture = picture;
  }

  static void write(Report report, Picture picture, int capture, Consumer<String> out) {
    Markup markup = new Markup();
    markup.element("h3", "What happened, over time", "id", "figures-" + capture);
    markup.open("div", "class", "figures");
    markup.element("p", "The pictures are drawn by this page's script.", "class", "waiting");
    markup.open("script", "type", "application/octet-stream");
    out.accept(markup.toString());
    out.accept(Base64.getEncoder().encodeToString(picture.encoded(new FiguresHtml(report, picture)::findings)));
    out.accept("</script></div>\n");
  }

  private void findings(ObjectNode head) {
    ObjectNode node = head.putObject("findings");
    causes(node.putArray("causes"));
    ArrayNode list = node.putArray("list");
    report.findings().forEach(finding -> list.add(finding(finding)));
    ArrayNode marks = node.putArray("marks");
    for (Mark mark : report.marks()) {
      marks.addArray().add(causes.getOrDefault(mark.cause(), 0)).add(time(mark.time())).add(mark.pid());
    }
    long all = report.groups().stream().mapToLong(FindingGroup::count).sum();
    long counted = Math.max(all, report.findingsLeftOut() + report.findings().size());
    node.put("unplaced", Math.max(0, counted - report.findings().size() - report.marks().size()));
  }

  private void causes(ArrayNode to) {
    List<FindingGroup> groups = report.groups();
    for (int i = 0; i < groups.size(); i++) {
      FindingGroup group = groups.get(i);
      boolean definite = group.certainty() == Certainty.DEFINITE;
      causes.put(key(group.cause(), definite), i);
      to.addObject().put("cause", group.cause()).put("rule", group.rule()).put("definite", definite).put("severity", group.severity().text()).put("count", group.count());
    }
    Stream<String> others = report.marks().stream().map(Mark::cause).distinct().filter(cause -> !causes.containsKey(cause));
    others.forEach(cause -> {
      causes.put(cause, to.size());
      to.addObject().put("cause", cause).put("rule", cause.substring(0, cause.indexOf('/'))).put("definite", true).put("severity", "").put("count", 0);
    });
  }

  private static String key(String cause, boolean definite) {
    return definite ? cause : " " + cause;
  }

  /** Cause, time, pid, place, VMA, range, mm, message. */
  private ArrayNode finding(FindingReport finding) {
    ArrayNode node = JsonParts.object().arrayNode();
    node.add(causes.getOrDefault(key(finding.cause(), finding.certainty() == Certainty.DEFINITE), 0)).add(time(finding.brokenAt().time())).add(finding.brokenAt().pid());
    return node.add(finding.brokenAt().place()).add(bare(finding.vma())).add(finding.range()).add(bare(finding.mm())).add(finding.message());
  }

  /** An address without its 0x, as the picture has it. */
  private static @Nullable String bare(@Nullable String address) {
    return address == null ? null : address.substring(2);
  }

  private long time(String text) {
    return Math.max(0, (Report.Quote.clock(text) - picture.first()) / picture.tick());
  }
}
