package io.vmatrace.checker.story;

import io.vmatrace.checker.report.JsonParts;
import io.vmatrace.checker.report.JsonRun;
import io.vmatrace.checker.report.StoryJson;
import io.vmatrace.checker.report.StoryRow;
import io.vmatrace.checker.report.Unread;
import java.io.Writer;

/** Histories as JSON, schema vmatrace/history/1: src/main/resources/schema/history-1.schema.json. */
public final class HistoryJson implements HistoryWriter {
  private static final String SCHEMA = "vmatrace/history/1";

  private final JsonRun run;

  /**
   * @param out stays open
   * @param version of the program
   */
  public HistoryJson(HistoryTarget target, Writer out, String version) {
    run = new JsonRun(out, JsonParts.run(SCHEMA, version).put("subject", target.text()));
  }

  @Override
  public void begin(String path) {
    run.begin(JsonParts.object().put("path", path), "rows");
  }

  @Override
  public void row(StoryRow row) {
    run.element(StoryJson.row(row));
  }

  @Override
  public void end() {
    run.end();
  }

  @Override
  public void unread(Unread input) {
    run.capture(JsonParts.unread(input));
  }

  @Override
  public void close() {
    run.close();
  }
}
