package io.vmatrace.parser.capture;

import io.vmatrace.parser.bytes.ByteScan;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventDescriber;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureFacts;
import io.vmatrace.parser.input.CaptureLimits;
import io.vmatrace.parser.input.Input;
import io.vmatrace.parser.text.Chunk;
import io.vmatrace.parser.text.EventText;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/**
 * A part of a capture as text: a text's own lines, and of a binary capture a line for each event.
 *
 * @param from the first, from 1: the number of a line, or in a binary capture of an event
 * @param to the last
 */
public record CaptureLines(long from, long to) {
  /**
   * Writes these lines of a capture, as far as it can be read.
   *
   * @param source a file, or a copy in one
   * @param head what is to come before them, by what the beginning of the capture says about it
   * @throws CaptureException when it is no capture any more
   */
  public void write(CaptureSource source, CaptureLimits limits, EventNames names, Function<CaptureFacts, String> head, OutputStream out)
      throws CaptureException, IOException {
    try (Capture capture = Captures.open(source, limits, names)) {
      out.write(head.apply(capture.facts()).getBytes(StandardCharsets.UTF_8));
      if (capture.facts().isText()) {
        try (Input input = Input.open(source.name(), source.file(), limits)) {
          copy(new Chunks(input), limits.chunkBytes(), out);
        } catch (CaptureException _) {
          // the rest could not be read the first time either
        }
      } else {
        events(capture, names, out);
      }
    }
  }

  /** Lines as they are. One that is longer than a chunk, which counts as one, is left out. */
  private void copy(Chunks chunks, int chunkBytes, OutputStream out) throws CaptureException, IOException {
    Chunk chunk = new Chunk(chunkBytes);
    long line = 1;
    while (line <= to && chunks.next(chunk)) {
      line += chunk.skipped > 0 ? 1 : 0;
      for (int p = chunk.from; p < chunk.to && line <= to; line++) {
        int next = Math.min(ByteScan.newline(chunk.bytes, p, chunk.to) + 1, chunk.to);
        if (line >= from) {
          out.write(chunk.bytes, p, next - p);
        }
        p = next;
      }
    }
  }

  private void events(Capture capture, EventNames names, OutputStream out) throws IOException {
    EventDescriber describer = capture.describer();
    EventText text = new EventText(names, capture.facts().clockUnit());
    try {
      var _ = capture.decodeReadable(events -> events(events, describer, text, out), true, _ -> {});
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Whether more is wanted. */
  private boolean events(EventBatch events, EventDescriber describer, EventText text, OutputStream out) {
    try {
      for (int i = 0, n = events.size(); i < n; i++) {
        if (events.at(i) > to) {
          return false;
        }
        if (events.at(i) >= from) {
          out.write(text.line(events, i, describer.describe(events, i)).getBytes(StandardCharsets.UTF_8));
          out.write('\n');
        }
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
