package io.vmatrace.checker.timeline;

import io.vmatrace.checker.events.EventOutput;
import io.vmatrace.checker.events.Seen;
import io.vmatrace.checker.events.Selection;
import io.vmatrace.checker.events.TimeWindow;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.reconstruct.StepSink;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.FindingReport;
import io.vmatrace.checker.report.Report.Quote;
import io.vmatrace.checker.run.Analysis;
import io.vmatrace.checker.run.EventByEvent;
import io.vmatrace.checker.run.Pass;
import io.vmatrace.checker.timeline.TraceEvents.Label;
import io.vmatrace.parser.event.ClockUnit;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.specs.MarkerEvents;
import io.vmatrace.parser.input.Capture;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** {@code vmatrace events --format perfetto}: captures as one timeline. */
public final class Timelines implements EventOutput {
  private final Selection selection;
  private final TraceEvents out;
  private final BooleanSupplier refused;
  private int processes;
  private @Nullable CaptureTimeline last;

  /**
   * @param selection of which time, tasks (by pid) and mms count
   * @param refused whether the output is closed; asked now and then
   */
  public Timelines(Selection selection, OutputStream out, BooleanSupplier refused) {
    this.selection = selection;
    this.out = new TraceEvents(out);
    this.refused = refused;
  }

  @Override
  public Analysis next(boolean named, long lastTime) {
    CaptureTimeline next = new CaptureTimeline(named, new TimeWindow(selection, lastTime));
    last = next;
    return next;
  }

  @Override
  public boolean wantsFindings() {
    return true;
  }

  @Override
  public void found(Report report) {
    CaptureTimeline of = Objects.requireNonNull(last, "a capture was shown");
    report.findings().forEach(of::found);
    processes = of.timeline().lastProcess();
    out.flush();
  }

  @Override
  public Seen seen() {
    return new Seen(selection.tasks().isEmpty() ? out.shown() : out.slices(), List.of(), List.of(), List.of());
  }

  @Override
  public void close() {
    out.close();
  }

  private static BiPredicate<@Nullable MmState, Integer> wanted(Selection selection) {
    return (mm, pid) ->
        (selection.mms().isEmpty() || mm != null && selection.mms().contains(mm.address()))
            && (selection.tasks().isEmpty() || pid < 0 || selection.tasks().contains(pid.toString()));
  }

  /** The slices of one capture. */
  private final class CaptureTimeline implements EventByEvent {
    private final boolean named;
    private final TimeWindow window;
    private ClockUnit unit = ClockUnit.NANOSECONDS;
    private @Nullable Capture capture;
    private @Nullable Timeline slices;
    private @Nullable Tracks tracks;

    CaptureTimeline(boolean named, TimeWindow window) {
      this.named = named;
      this.window = window;
    }

    @Override
    public void begin(Capture opened) {
      capture = opened;
      Tracks made = new Tracks(out, processes, named ? opened.path() + ": " : "");
      tracks = made;
      slices = new Timeline(out, window, wanted(selection), opened.describer(), made);
    }

    @Override
    public boolean needsBytes() {
      return true;
    }

    @Override
    public StepSink steps() {
      return timeline();
    }

    @Override
    public boolean batch(EventBatch events) {
      out.flush();
      unit = Objects.requireNonNull(capture, "begun").facts().clockUnit();
      out.unit(unit);
      return !refused.getAsBoolean();
    }

    @Override
    public boolean event(EventBatch events, int i) {
      boolean timed = !MarkerEvents.isMarker(events.kind(i));
      if (timed) {
        window.reach(events.time(i), unit);
        if (window.isOver()) {
          timeline().isOver(); // others may want more
          return false;
        }
      }
      timeline().reach(events, i, timed);
      return true;
    }

    @Override
    public void applied() {
      timeline().settle();
    }

    @Override
    public void end(Pass pass) {
      timeline().finish();
      processes = timeline().lastProcess();
      out.flush();
    }

    /** A finding is at the event that broke the rule, among those of its mm. */
    void found(FindingReport finding) {
      Quote at = finding.brokenAt();
      String address = finding.mm();
      Long mm = address == null ? null : Long.parseUnsignedLong(address, 2, address.length(), 16);
      boolean ofTask = selection.tasks().isEmpty() || selection.tasks().contains(Integer.toString(at.pid()));
      if (window.touches(at.clock(), at.clock()) && ofTask && (selection.mms().isEmpty() || mm != null && selection.mms().contains(mm))) {
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put("message", finding.message());
        arguments.put("task", "%s-%d".formatted(at.comm(), at.pid()));
        arguments.put("place", at.place());
        if (finding.vma() != null) {
          arguments.put("vma", finding.vma());
        }
        if (finding.range() != null) {
          arguments.put("range", finding.range());
        }
        out.instant(new Label("finding", finding.cause()), Objects.requireNonNull(tracks, "begun").findings(mm), at.clock(), arguments);
      }
    }

    private Timeline timeline() {
      return Objects.requireNonNull(slices, "begun");
    }
  }
}
