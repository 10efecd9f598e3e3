package io.vmatrace.checker.events;

import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.event.ClockUnit;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventDescriber;
import io.vmatrace.parser.event.EventNames;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureFacts;
import io.vmatrace.parser.input.CaptureLimits;
import java.io.OutputStream;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** {@code vmatrace events}: the events of captures, one after the other, in one of the forms. */
public final class EventStream implements AutoCloseable {
  /** What the stream looks like. */
  public enum Form {
    NDJSON,
    CSV,
    /** Nothing is written: events are read, judged and counted. */
    NONE
  }

  /**
   * What was read of one capture.
   *
   * @param facts what it says of itself, as far as it was read
   * @param selected events that were wanted
   * @param complete whether it was read to its end, which a selection with an end does without
   * @param unreadable why the rest cannot be read, or null
   */
  public record Outcome(CaptureFacts facts, long selected, boolean complete, @Nullable String unreadable) {}

  private final Selection selection;
  private final EventNames names;
  private final @Nullable EventWriter writer;
  private final BooleanSupplier refused;
  private long selected;

  /**
   * @param names what the events of the captures are called
   * @param refused whether nobody reads the output any more; asked now and then
   */
  public EventStream(Form form, Selection selection, EventNames names, OutputStream out, BooleanSupplier refused) {
    this.selection = selection;
    this.names = names;
    this.refused = refused;
    writer =
        switch (form) {
          case NDJSON -> new NdjsonWriter(out);
          case CSV -> new CsvWriter(out);
          case NONE -> null;
        };
  }

  /**
   * Writes the events of one capture.
   *
   * @param source one of a set, see {@link Captures#expand}
   * @param named whether each event says which capture it is of
   * @param lastTime time of its last event, where the selection asks for it
   * @throws CaptureException when nothing of it can be read
   */
  public Outcome run(CaptureSource source, boolean named, long lastTime, LongConsumer progress) throws CaptureException {
    try (Capture capture = Captures.open(source, CaptureLimits.DEFAULT, names)) {
      boolean raw = writer != null || selection.needsWords();
      EventDescriber describer = raw ? capture.describer() : null;
      EventFilter filter = selection.equals(Selection.ALL) ? null : new EventFilter(selection, describer, lastTime);
      boolean[] complete = {true};
      selected = 0;
      String unreadable =
          capture.decodeReadable(
              batch -> {
                CaptureFacts facts = capture.facts();
                write(batch, filter, describer, facts.clockUnit(), facts.isText(), named ? capture.path() : null);
                boolean goesOn = !(filter != null && filter.isOver()) && !isRefused();
                complete[0] &= goesOn;
                return goesOn;
              },
              raw,
              progress);
      return new Outcome(capture.facts(), selected, complete[0] && unreadable == null, unreadable);
    }
  }

  private boolean isRefused() {
    if (writer != null) {
      writer.flush();
    }
    return refused.getAsBoolean();
  }

  private void write(
      EventBatch batch, @Nullable EventFilter filter, @Nullable EventDescriber describer, ClockUnit unit, boolean isText, @Nullable String capture) {
    for (int i = 0, n = batch.size(); i < n; i++) {
      if (filter != null && !filter.accept(batch, i, unit)) {
        if (filter.isOver()) {
          return;
        }
        continue;
      }
      selected++;
      if (writer != null && describer != null) {
        writer.write(batch, i, describer, unit, isText, capture);
      }
    }
  }

  @Override
  public void close() {
    if (writer != null) {
      writer.close();
    }
  }
}
