package io.vmatrace.cli;

import io.vmatrace.checker.check.Check;
import io.vmatrace.checker.check.EarlyFinding;
import io.vmatrace.checker.run.Analysis;
import io.vmatrace.checker.run.CaptureRun;
import io.vmatrace.checker.run.Pass;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;

/** What is said of a capture while it is made: each finding as soon as it is known, and once a second how far it is. */
final class EarlyReport {
  private static final long SECOND = 1_000_000_000;

  private final PrintWriter out;
  private final PrintWriter err;
  private final String place;
  private final Check check;
  private long events;
  private long findings;
  private long said = System.nanoTime();
  private long saidEvents;

  /**
   * Findings go to standard output, the rest to standard error.
   *
   * @param place what events are counted by: line or event
   */
  EarlyReport(CommandSpec spec, String place, Check.Wanted wanted) {
    out = spec.commandLine().getOut();
    err = spec.commandLine().getErr();
    this.place = place;
    check = new Check(wanted, this::found);
  }

  /** The check that finds, whose report tells what became of the findings in the end. */
  Check check() {
    return check;
  }

  private void found(EarlyFinding found) {
    findings++;
    String vma = found.vma() == 0 ? "" : ", vma 0x%x".formatted(found.vma());
    String mm = found.mm() == 0 ? "" : ", mm 0x%x".formatted(found.mm());
    out.printf(Locale.ROOT, "%s%s at %s %d: %s (task %d%s%s)%n", found.rule(), found.isDefinite() ? "" : ", possible,", place, found.at(), found.message(), found.pid(), vma, mm);
    out.flush();
  }

  /** Reads a recording as it is made, to its end. */
  void read(Capture capture) {
    try (capture) {
      Pass _ = CaptureRun.over(capture, CaptureRun.Options.DEFAULT, _ -> look(), check, counter());
      sayCounts();
    } catch (CaptureException e) {
      err.println("vmatrace: " + e.getMessage());
    } catch (RuntimeException e) {
      int _ = Failure.say(e, err); // the recording goes on
    }
  }

  /** Says once a second how far it is, where it has got any further. */
  void look() {
    long now = System.nanoTime();
    if (now - said >= SECOND && events > saidEvents) {
      said = now;
      saidEvents = events;
      sayCounts();
    }
  }

  private void sayCounts() {
    err.printf(Locale.ROOT, "vmatrace: %,d events, %,d findings%n", events, findings);
  }

  /** What counts events in a pass that {@link #check} takes part in. */
  Analysis counter() {
    return new Analysis() {
      @Override
      public boolean batch(EventBatch batch) {
        events += batch.size();
        return true;
      }

      @Override
      public void end(Pass pass) {
        // the counts are said by who reads
      }
    };
  }
}
