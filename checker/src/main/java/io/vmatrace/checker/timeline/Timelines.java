package io.vmatrace.checker.timeline;

import io.vmatrace.checker.events.Selection;
import io.vmatrace.checker.events.TimeWindow;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.reconstruct.MmReconstruction;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.event.ClockUnit;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.EventNames;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureFacts;
import io.vmatrace.parser.input.CaptureLimits;
import java.io.OutputStream;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** {@code vmatrace events --format perfetto}: captures as one timeline. */
public final class Timelines implements AutoCloseable {
  /**
   * What was read of one capture.
   *
   * @param facts what it says of itself, as far as it was read
   * @param complete whether it was read to its end
   * @param unreadable why the rest cannot be read, or null
   */
  public record Outcome(CaptureFacts facts, boolean complete, @Nullable String unreadable) {}

  private final EventNames names;
  private final TraceEvents out;
  private final BooleanSupplier refused;
  private int processes;

  /**
   * @param names what the events of the captures are called
   * @param refused whether nobody reads the output any more; asked now and then
   */
  public Timelines(EventNames names, OutputStream out, BooleanSupplier refused) {
    this.names = names;
    this.refused = refused;
    this.out = new TraceEvents(out);
  }

  /**
   * Writes the slices of one capture.
   *
   * @param source one of a set, see {@link Captures#expand}
   * @param named whether processes say which capture they are of
   * @param selection of which time, tasks (by pid) and mms count
   * @param lastTime time of its last event, where the selection asks for it
   * @throws CaptureException when nothing of it can be read
   */
  public Outcome run(CaptureSource source, boolean named, Selection selection, long lastTime, LongConsumer progress)
      throws CaptureException {
    try (Capture capture = Captures.open(source, CaptureLimits.DEFAULT, names)) {
      TimeWindow window = new TimeWindow(selection, lastTime);
      Timeline timeline =
          new Timeline(out, window, wanted(selection), capture.describer(), processes, named ? capture.path() + ": " : "");
      MmReconstruction reconstruction = new MmReconstruction(timeline);
      boolean[] complete = {true};
      String unreadable =
          capture.decodeReadable(
              batch -> {
                ClockUnit unit = capture.facts().clockUnit();
                out.unit(unit);
                complete[0] = apply(batch, unit, window, timeline, reconstruction);
                return complete[0];
              },
              true,
              progress);
      reconstruction.finish();
      timeline.finish();
      processes = timeline.lastProcess();
      return new Outcome(capture.facts(), complete[0] && unreadable == null, unreadable);
    }
  }

  /** Applies a batch; whether more is wanted. */
  private boolean apply(EventBatch batch, ClockUnit unit, TimeWindow window, Timeline timeline, MmReconstruction reconstruction) {
    for (int i = 0, n = batch.size(); i < n; i++) {
      EventKind kind = batch.kind(i);
      boolean timed = kind.source() != EventKind.Source.MARKER || kind == EventKind.UNKNOWN;
      if (timed) {
        window.reach(batch.time(i), unit);
        if (window.isOver()) {
          return false;
        }
      }
      timeline.reach(batch, i, timed);
      reconstruction.apply(batch, i);
      timeline.settle();
    }
    out.flush();
    return !refused.getAsBoolean();
  }

  private static BiPredicate<@Nullable MmState, Integer> wanted(Selection selection) {
    return (mm, pid) ->
        (selection.mms().isEmpty() || mm != null && selection.mms().contains(mm.address()))
            && (selection.tasks().isEmpty() || pid < 0 || selection.tasks().contains(pid.toString()));
  }

  @Override
  public void close() {
    out.close();
  }
}
