package io.vmatrace.checker.check;

import io.vmatrace.checker.catalogue.Rules;
import io.vmatrace.checker.reconstruct.StepSink;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.run.Analysis;
import io.vmatrace.checker.run.CaptureRun;
import io.vmatrace.checker.run.Pass;
import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureLimits;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** {@code vmatrace check} on one capture: every step is shown to the rules, and what they say becomes a report. */
public final class Check implements Analysis {
  /**
   * @param kernelRelease uname -r of the kernel that made the capture, where the user says it; what the capture shows goes first
   * @param possible whether possible violations are reported beside definite ones
   */
  public record Options(@Nullable String kernelRelease, boolean possible) {}

  private final boolean possible;
  private final RuleRun rules = new RuleRun(Rules.create());
  private @Nullable Report report;

  /** @param possible whether possible violations are reported beside definite ones */
  public Check(boolean possible) {
    this.possible = possible;
  }

  /**
   * Checks a capture whose events have the names that kernels and their tools give.
   *
   * @param path a file, or - for standard input
   * @param progress told how many bytes of the file have been read, now and then
   * @throws CaptureException when nothing of the capture can be read; a capture that can be read in part is reported as such
   */
  public static Report run(String path, Options options, LongConsumer progress) throws CaptureException {
    try (Capture capture = Captures.open(path, CaptureLimits.DEFAULT, EventNames.BUILT_IN)) {
      return run(capture, options, progress);
    }
  }

  /** The same for a capture that is open, which stays so. */
  static Report run(Capture capture, Options options, LongConsumer progress) throws CaptureException {
    Check check = new Check(options.possible());
    CaptureRun.over(capture, new CaptureRun.Options(EventNames.BUILT_IN, options.kernelRelease()), progress, check);
    return check.report();
  }

  @Override
  public StepSink steps() {
    return rules;
  }

  @Override
  public void end(Pass pass) throws CaptureException {
    report = new ReportBuilder(pass, rules, possible).build();
  }

  /** What was found, once the pass is over. */
  public Report report() {
    return Objects.requireNonNull(report, "the pass is not over");
  }
}
