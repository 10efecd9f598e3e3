package io.vmatrace.checker.picture;

import io.vmatrace.checker.reconstruct.StepSink;
import io.vmatrace.checker.report.FindingGroup;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.FindingReport;
import io.vmatrace.checker.run.Analysis;
import io.vmatrace.checker.run.EventTimes;
import io.vmatrace.checker.run.Pass;
import io.vmatrace.parser.event.ClockUnit;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.QuotedEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** What a page draws of a capture, from the pass in which it is checked. */
public final class CapturePicture implements Analysis {
  /** So many events before a finding are quoted, and half as many after it. */
  private static final int AROUND = 16;

  /** Causes whose first finding is quoted so. */
  private static final int MOST_QUOTED = 100;

  /** An event near a finding. */
  public record Near(long at, String text) {}

  private final Supplier<Report> checked;
  private final PictureSteps steps = new PictureSteps();
  private final EventTimes times = new EventTimes();
  private @Nullable Picture picture;

  /**
   * @param checked the report of the same pass, which is there once that is over: the picture has the events around its findings
   */
  public CapturePicture(Supplier<Report> checked) {
    this.checked = checked;
  }

  @Override
  public StepSink steps() {
    return steps;
  }

  @Override
  public boolean batch(EventBatch events) {
    times.see(events);
    return true;
  }

  @Override
  public void end(Pass pass) throws CaptureException {
    boolean nanoseconds = pass.facts().clockUnit() == ClockUnit.NANOSECONDS;
    picture = new Picture(steps, new Picture.Clock(times.first(), times.last(), nanoseconds), comms(pass.capture()), around(pass.capture()));
  }

  /** The picture, once the pass is over. */
  public Picture picture() {
    return Objects.requireNonNull(picture, "the pass is not over");
  }

  /** The name of each task, in the order of their numbers; empty where it cannot be read again. */
  private List<String> comms(Capture capture) throws CaptureException {
    Map<Long, QuotedEvent> quoted = quoted(capture, LongStream.of(steps.numbering.seenAt().toArray()));
    List<String> comms = new ArrayList<>();
    for (int i = 0; i < steps.numbering.pids().size(); i++) {
      QuotedEvent event = quoted.get(steps.numbering.seenAt().get(i));
      comms.add(event == null || event.task() != steps.numbering.pids().get(i) ? "" : event.comm());
    }
    return comms;
  }

  private static Map<Long, QuotedEvent> quoted(Capture capture, LongStream places) throws CaptureException {
    long[] ats = places.filter(at -> at > 0).sorted().distinct().toArray();
    Map<Long, QuotedEvent> quoted = new HashMap<>();
    if (ats.length > 0) {
      capture.quote(ats).forEach(event -> quoted.put(event.at(), event));
    }
    return quoted;
  }

  /** The events around the first finding of each cause, by its id. */
  private Map<String, List<Near>> around(Capture capture) throws CaptureException {
    List<FindingReport> findings = checked.get().groups().stream().map(FindingGroup::first).limit(MOST_QUOTED).toList();
    Map<Long, QuotedEvent> quoted = quoted(capture, findings.stream().flatMapToLong(CapturePicture::places));
    Map<String, List<Near>> around = new HashMap<>();
    for (FindingReport finding : findings) {
      List<Near> near = new ArrayList<>();
      places(finding).forEach(at -> {
        QuotedEvent event = quoted.get(at);
        if (event != null) {
          near.add(new Near(at, " ".repeat(event.indent()) + event.text()));
        }
      });
      around.put(finding.id(), near);
    }
    return around;
  }

  private static LongStream places(FindingReport finding) {
    long at = finding.place();
    return LongStream.rangeClosed(Math.max(1, at - AROUND), at + AROUND / 2);
  }
}
