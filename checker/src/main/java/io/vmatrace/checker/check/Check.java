package io.vmatrace.checker.check;

import io.vmatrace.checker.catalogue.Rules;
import io.vmatrace.checker.reconstruct.StepSink;
import io.vmatrace.checker.reconstruct.Witness;
import io.vmatrace.checker.report.Gate;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.Certainty;
import io.vmatrace.checker.rule.RuleInfo;
import io.vmatrace.checker.run.Analysis;
import io.vmatrace.checker.run.CaptureRun;
import io.vmatrace.checker.run.Pass;
import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureLimits;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** {@code vmatrace check} on one capture: every step is shown to the rules, and what they say becomes a report. */
public final class Check implements Analysis {
  /**
   * @param kernelRelease uname -r of the kernel that made the capture, where the user says it; what the capture shows goes first
   * @param possible whether possible violations are reported beside definite ones
   */
  public record Options(@Nullable String kernelRelease, boolean possible) {}

  /**
   * What of the findings is wanted.
   *
   * @param possible whether possible violations are reported beside definite ones
   * @param rules which rules are put to the capture
   * @param gate which findings make a verdict VIOLATION
   * @param stories whether findings have stories, for which the capture is read once more
   */
  public record Wanted(boolean possible, Predicate<RuleInfo> rules, Gate gate, boolean stories) {
    /** All rules; every definite finding counts. */
    public static Wanted all(boolean possible) {
      return new Wanted(possible, _ -> true, Gate.SHUT, true);
    }

    /** Whether it is some rules only. */
    boolean some() {
      return Rules.infos().stream().anyMatch(rule -> !rules.test(rule));
    }

    /** The same findings without their stories, and with each of them a violation. */
    public Wanted bare() {
      return new Wanted(possible, rules, Gate.SHUT, false);
    }
  }

  private final Wanted wanted;
  private final RuleRun rules;
  private @Nullable Report report;

  public Check(Wanted wanted) {
    this(wanted, _ -> {});
  }

  /**
   * The same.
   *
   * @param listener told of findings as soon as they are known: what comes later may still make them possible only
   */
  public Check(Wanted wanted, Consumer<EarlyFinding> listener) {
    this.wanted = wanted;
    rules =
        new RuleRun(
            Rules.create().stream().filter(rule -> wanted.rules().test(rule.info())).toList(),
            found -> {
              boolean isDefinite = found.certainty() == Certainty.DEFINITE;
              if (isDefinite || wanted.possible()) {
                listener.accept(new EarlyFinding(found.rule().id(), isDefinite, found.at(), found.pid(), found.message(), found.mm(), found.vma()));
              }
            });
    rules.awaitProbes();
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
    Check check = new Check(Wanted.all(options.possible()));
    CaptureRun.over(capture, new CaptureRun.Options(EventNames.BUILT_IN, options.kernelRelease()), progress, check);
    return check.report();
  }

  @Override
  public StepSink steps() {
    return rules;
  }

  @Override
  public boolean batch(EventBatch events) {
    if (rules.awaitsProbes() && Witness.hasProbes(events)) {
      rules.probesSeen();
    }
    return true;
  }

  @Override
  public void end(Pass pass) throws CaptureException {
    report = new ReportBuilder(pass, rules, wanted).build();
  }

  /** What was found, once the pass is over. */
  public Report report() {
    return Objects.requireNonNull(report, "the pass is not over");
  }
}
