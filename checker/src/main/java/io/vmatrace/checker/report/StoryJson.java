package io.vmatrace.checker.report;

import io.vmatrace.checker.report.Report.FindingReport;
import io.vmatrace.checker.report.StoryRow.Held;
import io.vmatrace.checker.report.StoryRow.Place;
import io.vmatrace.checker.report.StoryRow.Side;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Rows of histories and stories as JSON: src/main/resources/schema/history-1.schema.json, check-1.schema.json. */
public final class StoryJson {
  private StoryJson() {}

  static ObjectNode story(Story story, FindingReport finding) {
    ObjectNode node = JsonParts.object().put("subject", story.subject());
    ArrayNode rows = node.putArray("rows");
    story.rows().forEach(row -> rows.add(row(row)));
    ArrayNode bystanders = node.putArray("bystanders");
    story.bystanders(finding).forEach(task -> bystanders.addObject().put("pid", task.pid()).put("comm", task.comm()));
    return node;
  }

  /** The object of one row. */
  public static ObjectNode row(StoryRow row) {
    ObjectNode node = JsonParts.object();
    if (row.leftOut() > 0) {
      node.put("rowsLeftOutBefore", row.leftOut());
    }
    node.set("at", place(row.place()));
    node.put("time", row.place().time()).put("cpu", row.place().cpu() < 0 ? null : Integer.valueOf(row.place().cpu()));
    node.put("step", row.step()).put("text", row.text());
    if (row.isStep()) {
      node.set("task", side(row.task()));
    } else {
      node.putNull("task");
    }
    node.put("mm", row.subject().mm()).put("vma", row.subject().vma()).put("incarnation", row.subject().incarnation()).put("range", row.subject().range());
    ArrayNode changes = node.putArray("changes");
    row.changes().forEach(change -> changes.addObject().put("name", change.name()).put("before", change.before()).put("after", change.after()));
    ArrayNode others = node.putArray("others");
    row.others().forEach(other -> others.add(side(other)));
    if (row.breaks() != null) {
      node.put("breaks", row.breaks());
    }
    if (row.proves() != null) {
      node.put("proves", row.proves());
    }
    return node;
  }

  private static ObjectNode side(Side side) {
    ObjectNode node = JsonParts.object().put("pid", side.pid()).put("comm", side.comm());
    node.put("mmapLock", word(side.mmapLock())).put("vmaLock", word(side.vmaLock())).put("inside", side.inside());
    Place since = side.since();
    if (since == null) {
      node.putNull("since");
    } else {
      node.putObject("since").put("time", since.time()).put("cpu", since.cpu() < 0 ? null : Integer.valueOf(since.cpu())).set("at", place(since));
    }
    return node;
  }

  private static ObjectNode place(Place place) {
    return JsonParts.place(place.line(), place.offset());
  }

  private static @Nullable String word(@Nullable Held held) {
    return held == null ? null : JsonParts.word(held);
  }
}
