package io.vmatrace.checker.formats;

import io.vmatrace.checker.html.HtmlReports;
import io.vmatrace.checker.report.JsonReports;
import io.vmatrace.checker.report.NdjsonReports;
import io.vmatrace.checker.report.ReportOutput;
import io.vmatrace.checker.report.ReportWriter;
import io.vmatrace.checker.report.TextReports;
import java.util.Locale;
import java.util.function.Function;

/** What {@code vmatrace check} writes. A format is a {@link ReportWriter} and a constant here. */
public enum CheckFormat {
  /** For people. */
  TEXT(TextReports::new),
  /** One object for the whole run: schema/check-1.schema.json. */
  JSON(JsonReports::new),
  /** A line for each finding, then one for its capture. */
  NDJSON(NdjsonReports::new),
  /** The kernel's own test protocol: Documentation/dev-tools/ktap.rst. */
  KTAP(KtapReports::new),
  /** XML that Jenkins, GitLab and others show as tests. */
  JUNIT(JunitReports::new),
  /** SARIF 2.1.0, for code scanning. */
  SARIF(SarifReports::new),
  /** What kernelci.org's database takes, schema 5.3. */
  KCIDB(KcidbReports::new),
  /** Annotations of a GitHub workflow: lines that its runner reads from a step's output. */
  GITHUB(GithubReports::new),
  /** A page for a browser, with pictures of what happened. */
  HTML(HtmlReports::new);

  private final Function<ReportOutput, ReportWriter> writer;

  CheckFormat(Function<ReportOutput, ReportWriter> writer) {
    this.writer = writer;
  }

  /** A writer for one run. */
  public ReportWriter writer(ReportOutput output) {
    return writer.apply(output);
  }

  /** Whether it shows what an {@link io.vmatrace.checker.report.Illustration} has. */
  public boolean isIllustrated() {
    return this == HTML;
  }

  /** The name that the user types. */
  public String text() {
    return name().toLowerCase(Locale.ROOT); // not by JsonParts, which loads the JSON library: every command asks at its start
  }
}
