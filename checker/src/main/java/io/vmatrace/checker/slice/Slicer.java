package io.vmatrace.checker.slice;

import io.vmatrace.checker.check.Check;
import io.vmatrace.checker.report.FindingGroup;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.FindingReport;
import io.vmatrace.checker.run.CaptureRun;
import io.vmatrace.parser.capture.CaptureLines;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureFacts;
import io.vmatrace.parser.input.TemporaryFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the smallest part of a capture that gives a finding by itself, in text: first a window of lines around the event that breaks
 * the rule, four times as wide until it gives the finding, then what the finding needs of it ({@link Reduction}). A line of a binary
 * capture is an event.
 */
public final class Slicer {
  /** The most trials for a finding. */
  public static final int MOST_TRIALS = Reduction.MOST_TRIALS;

  private static final long FIRST_REACH = 64;
  private static final int WIDER = 4;

  /** No wider window is looked at: what is left of it would be no part that a person reads. */
  private static final long WIDEST_REACH = 1 << 26;

  private final CaptureRun.Options options;
  private final Check.Wanted wanted;
  private final LongConsumer progress;

  /**
   * @param options how the capture was read, and slices will be
   * @param wanted what of the findings was wanted of it
   * @param progress told how many trials were made, of {@link #MOST_TRIALS}
   */
  public Slicer(CaptureRun.Options options, Check.Wanted wanted, LongConsumer progress) {
    this.options = options;
    this.wanted = wanted.bare();
    this.progress = progress;
  }

  /**
   * The smallest part that was found, or null when no part gives the first finding of a group by itself.
   *
   * @param source the capture, which can be read again
   * @param report on all of it
   * @throws CaptureException when the capture cannot be read again
   */
  public @Nullable Slice of(CaptureSource source, Report report, FindingGroup group) throws CaptureException, IOException {
    Path file = TemporaryFile.create(".slice");
    Path spare = TemporaryFile.create(".slice");
    Path kept = null;
    try {
      Slice slice = slice(source, report, group, file, spare);
      kept = slice == null ? null : slice.text();
      return slice;
    } finally {
      delete(file, kept);
      delete(spare, kept);
    }
  }

  private static void delete(Path file, @Nullable Path kept) throws IOException {
    if (!file.equals(kept)) {
      Files.deleteIfExists(file);
    }
  }

  private @Nullable Slice slice(CaptureSource source, Report report, FindingGroup group, Path file, Path spare) throws CaptureException, IOException {
    SameFinding exact = new SameFinding(group, report, true);
    SameFinding alike = new SameFinding(group, report, false);
    Function<CaptureFacts, String> head = facts -> head(report, group, facts);
    CaptureLines givingAlike = null;
    long at = place(group.first());
    for (long reach = FIRST_REACH; reach <= WIDEST_REACH; reach *= WIDER) {
      CaptureLines lines = new CaptureLines(Math.max(1, at - reach), at + reach / 2);
      Window window = write(source, lines, head, file);
      Report part = report(window);
      if (part != null && exact.isIn(part)) {
        return reduced(window, spare, exact);
      }
      if (part != null && givingAlike == null && alike.isIn(part)) {
        givingAlike = lines;
      }
      if (lines.from() == 1 && window.lines() < lines.to()) {
        break; // that was all of it
      }
    }
    return givingAlike == null ? null : reduced(write(source, givingAlike, head, file), spare, alike);
  }

  private Slice reduced(Window window, Path spare, SameFinding finding) throws CaptureException, IOException {
    Window reduced = new Reduction(window, spare, forFile(window.file()), smaller -> gives(smaller, finding), progress).reduced();
    return new Slice(reduced.file(), reduced.lines());
  }

  private Window write(CaptureSource source, CaptureLines lines, Function<CaptureFacts, String> head, Path file) throws CaptureException, IOException {
    int[] headLines = {0};
    Function<CaptureFacts, String> counted =
        facts -> {
          String text = head.apply(facts);
          headLines[0] = (int) text.lines().count();
          return text;
        };
    return Window.of(file, out -> lines.write(source, options.limits(), options.names(), counted, out)).withHead(headLines[0]);
  }

  /** The number of the line that breaks the rule, or in a binary capture of the event. */
  private static long place(FindingReport finding) {
    Long line = finding.at().line();
    return line != null ? line : Long.parseLong(finding.id().substring(finding.id().indexOf('@') + 1));
  }

  /** What the decoders and the rules want to know before the events, as perf script --header says it. */
  private static String head(Report report, FindingGroup group, CaptureFacts facts) {
    String release = report.kernel().release();
    return "%s%s: %s\n".formatted(Slice.MARK, report.path().replaceAll("\\p{Cntrl}", "?"), group.cause())
        + (release == null ? "" : "# os release : %s\n".formatted(release))
        + (facts.cpus() > 0 ? "# nrcpus online : %d\n".formatted(facts.cpus()) : "");
  }

  private boolean gives(Window window, SameFinding finding) throws IOException {
    Report part = report(window);
    return part != null && finding.isIn(part);
  }

  /** The report on a window; null where too little is left for a capture. */
  private @Nullable Report report(Window window) throws IOException {
    Check check = new Check(wanted);
    try {
      CaptureRun.over(CaptureSource.of(window.file().toString()), forFile(window.file()), _ -> {}, check);
      return check.report();
    } catch (CaptureException _) {
      return null;
    }
  }

  private CaptureRun.Options forFile(Path file) throws IOException {
    return options.forSmall(Files.size(file));
  }
}
