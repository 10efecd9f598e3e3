package io.vmatrace.checker.check;

import io.vmatrace.checker.catalogue.Rules;
import io.vmatrace.checker.reconstruct.MmReconstruction;
import io.vmatrace.checker.report.Report;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.event.EventNames;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureLimits;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** {@code vmatrace check} on one capture. */
public final class Check {
  /**
   * @param kernelRelease uname -r of the kernel that made the capture, where the user says it; what the capture shows goes first
   * @param possible whether possible violations are reported beside definite ones
   * @param names what events are called in the capture
   */
  public record Options(@Nullable String kernelRelease, boolean possible, EventNames names) {
    /** With the names that kernels and their tools give. */
    public Options(@Nullable String kernelRelease, boolean possible) {
      this(kernelRelease, possible, EventNames.BUILT_IN);
    }
  }

  private Check() {}

  /**
   * Reads a capture, rebuilds what happened in it, puts it to the rules and reports.
   *
   * @param path a file, or - for standard input
   * @param progress told how many bytes of the file have been read, now and then
   * @throws CaptureException when nothing of the capture can be read; a capture that can be read in part is reported as such
   */
  public static Report run(String path, Options options, LongConsumer progress) throws CaptureException {
    try (Capture capture = Captures.open(path, CaptureLimits.DEFAULT, options.names())) {
      return run(capture, options, progress);
    }
  }

  /** The same for one of a set, see {@link Captures#expand}. */
  public static Report run(CaptureSource source, Options options, LongConsumer progress) throws CaptureException {
    try (Capture capture = Captures.open(source, CaptureLimits.DEFAULT, options.names())) {
      return run(capture, options, progress);
    }
  }

  /** The same for a capture that is open, which stays so. */
  static Report run(Capture capture, Options options, LongConsumer progress) throws CaptureException {
    RuleRun rules = new RuleRun(Rules.all());
    MmReconstruction reconstruction = new MmReconstruction(rules);
    String unreadable =
        capture.decodeReadable(
            batch -> {
              reconstruction.apply(batch);
              return true;
            },
            false,
            progress);
    reconstruction.finish();
    return new ReportBuilder(capture, options, reconstruction, rules, unreadable).build();
  }
}
