package io.vmatrace.checker.events;

import io.vmatrace.checker.run.Analysis;
import io.vmatrace.checker.run.Pass;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureFacts;
import java.io.OutputStream;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** {@code vmatrace events}: the events of captures that a selection wants, row by row. */
public final class EventStream implements EventOutput {
  private final Selection selection;
  private final @Nullable EventWriter writer;
  private final BooleanSupplier refused;
  private long selected;

  /** Of the capture in hand. */
  private @Nullable EventFilter filter;

  private EventStream(@Nullable EventWriter writer, Selection selection, BooleanSupplier refused) {
    this.writer = writer;
    this.selection = selection;
    this.refused = refused;
  }

  /**
   * A stream of JSON objects.
   *
   * @param refused whether the output is closed; asked now and then
   */
  public static EventStream ndjson(Selection selection, OutputStream out, BooleanSupplier refused) {
    return new EventStream(new NdjsonWriter(out), selection, refused);
  }

  /** The same as rows of CSV. */
  public static EventStream csv(Selection selection, OutputStream out, BooleanSupplier refused) {
    return new EventStream(new CsvWriter(out), selection, refused);
  }

  /** Nothing is written: events are read, filtered and counted. */
  public static EventStream counted(Selection selection, BooleanSupplier refused) {
    return new EventStream(null, selection, refused);
  }

  @Override
  public Analysis next(boolean named, long lastTime) {
    selected = 0;
    return new CaptureEvents(named, lastTime);
  }

  @Override
  public long selected() {
    return writer == null ? selected : -1;
  }

  @Override
  public Seen seen() {
    EventFilter of = filter;
    return of == null ? new Seen(selected, List.of(), List.of(), List.of()) : new Seen(selected, of.namesSeen(), of.commsSeen(), of.mmsSeen());
  }

  @Override
  public void close() {
    if (writer != null) {
      writer.close();
    }
  }

  private boolean isRefused() {
    if (writer != null) {
      writer.flush();
    }
    return refused.getAsBoolean();
  }

  /** Those of one capture. */
  private final class CaptureEvents implements Analysis {
    private final boolean named;
    private final long lastTime;
    private @Nullable Capture capture;
    private RawCalls values = new RawCalls(null);

    CaptureEvents(boolean named, long lastTime) {
      this.named = named;
      this.lastTime = lastTime;
    }

    @Override
    public void begin(Capture opened) {
      capture = opened;
      values = new RawCalls(opened.preamble().architecture());
      filter = selection.equals(Selection.ALL) ? null : new EventFilter(selection, needsBytes() ? opened.describer() : null, values, lastTime);
    }

    @Override
    public boolean needsBytes() {
      return writer != null || selection.needsWords();
    }

    @Override
    public boolean batch(EventBatch events) {
      Capture of = Objects.requireNonNull(capture, "begun");
      CaptureFacts facts = of.facts();
      if (writer != null) {
        writer.begin(new Origin(of.describer(), values, facts.clockUnit(), facts.isText(), named ? of.path() : null));
      }
      write(events, facts);
      return !(filter != null && filter.isOver()) && !isRefused();
    }

    private void write(EventBatch events, CaptureFacts facts) {
      for (int i = 0, n = events.size(); i < n; i++) {
        if (filter != null && !filter.accept(events, i, facts.clockUnit())) {
          if (filter.isOver()) {
            return;
          }
          continue;
        }
        selected++;
        if (writer != null) {
          writer.write(events, i);
        }
      }
    }

    @Override
    public void end(Pass pass) {
      // all has been written
    }
  }
}
