package io.vmatrace.checker.report;

import java.util.Locale;
import java.util.function.Function;

/** What {@code vmatrace check} writes. A format is a {@link ReportWriter} and a constant here. */
public enum CheckFormat {
  /** For people. */
  TEXT(TextReports::new),
  /** One object for the whole run: schema/check-1.schema.json. */
  JSON(JsonReports::new),
  /** A line for each finding, then one for its capture. */
  NDJSON(NdjsonReports::new);

  private final Function<ReportOutput, ReportWriter> writer;

  CheckFormat(Function<ReportOutput, ReportWriter> writer) {
    this.writer = writer;
  }

  /** A writer for one run. */
  public ReportWriter writer(ReportOutput output) {
    return writer.apply(output);
  }

  /** The name that the user types. */
  public String text() {
    return name().toLowerCase(Locale.ROOT); // not by JsonParts, which loads the JSON library: every command asks at its start
  }
}
