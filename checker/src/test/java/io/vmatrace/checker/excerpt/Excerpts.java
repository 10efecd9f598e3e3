package io.vmatrace.checker.excerpt;

import io.vmatrace.checker.check.Check;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.run.CaptureRun;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.input.CaptureException;
import java.nio.file.Path;

/** Excerpts of samples. */
public final class Excerpts {
  private Excerpts() {}

  /** What a sample has around the first finding of its first cause; it is called as from the project's folder. */
  public static Excerpt first(String sample) throws CaptureException {
    return of(sample, 0);
  }

  /** The same of another cause, by its number from 0. */
  static Excerpt of(String sample, int cause) throws CaptureException {
    Path file = Path.of("../samples", sample);
    Report report = Check.run(file.toString(), new Check.Options(null, true), _ -> {});
    Report.FindingReport finding = report.groups().get(cause).first();
    CallReader calls = new CallReader(finding.brokenAt().clock());
    CaptureRun.over(CaptureSource.of(file.toString()), CaptureRun.Options.DEFAULT, _ -> {}, calls);
    return Excerpt.of("samples/" + sample, finding, calls);
  }
}
