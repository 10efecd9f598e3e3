package io.vmatrace.parser.capture;

import io.vmatrace.parser.bytes.ByteScan;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureLimits;
import io.vmatrace.parser.input.QuotedEvent;
import io.vmatrace.parser.text.Chunk;
import io.vmatrace.parser.text.LineDecoder;
import io.vmatrace.parser.text.LineFacts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The second pass: finds lines by their numbers. */
final class Quoting {
  private static final int LONGEST_QUOTE = 2_000;
  private static final int MOST_FRAMES = 64;

  private final LineDecoder decoder;
  private final CaptureLimits limits;
  private final long[] ats;
  private final List<QuotedEvent> quotes = new ArrayList<>();
  private int wanted;
  private long line = 1;
  private long offset;

  /** The quote whose stack trace may follow; null when none does. */
  private @Nullable QuotedEvent open;

  private boolean inStack;
  private int frames;

  Quoting(LineDecoder decoder, CaptureLimits limits, long[] ats) {
    this.decoder = decoder;
    this.limits = limits;
    this.ats = ats;
  }

  /** Reads what is between the waypoints before the lines and these; all from the beginning where there are none. */
  List<QuotedEvent> read(Chunks chunks, Waypoints waypoints) throws CaptureException {
    Chunk chunk = new Chunk(limits.chunkBytes());
    while (wanted < ats.length) {
      int near = waypoints.upTo(ats[wanted]);
      if (near >= 0 && waypoints.line(near) > line && open == null) {
        chunks.skip(waypoints.offset(near) - offset);
        line = waypoints.line(near);
        offset = waypoints.offset(near);
      }
      if (!chunks.next(chunk)) {
        break;
      }
      if (chunk.skipped > 0) {
        line++;
        offset += chunk.skipped;
      }
      lines(chunk);
    }
    keepOpen();
    return quotes;
  }

  private void lines(Chunk chunk) {
    byte[] b = chunk.bytes;
    offset += chunk.from;
    for (int p = chunk.from; p < chunk.to; line++) {
      int end = ByteScan.newline(b, p, chunk.to);
      if (open != null) {
        follow(b, p, end);
      }
      if (wanted < ats.length && ats[wanted] == line) {
        wanted++;
        quote(b, p, end);
      } else if (wanted == ats.length && open == null) {
        return;
      }
      int next = Math.min(end + 1, chunk.to);
      offset += next - p;
      p = next;
    }
  }

  private void quote(byte[] b, int from, int to) {
    keepOpen();
    LineFacts facts = decoder.facts(b, from, to);
    if (facts != null) {
      open =
          new QuotedEvent(
              line, line, offset, facts.time(), facts.inSeconds(), facts.cpu(), facts.pid(), facts.comm(), facts.event(), indent(b, from, to), text(b, from, to));
    }
  }

  /** A stack trace comes right after its event, unless another CPU's event got between them. */
  private void follow(byte[] b, int from, int to) {
    QuotedEvent event = open;
    if (event == null) {
      return;
    }
    boolean frame = (inStack || !decoder.hasStackHeads()) && decoder.isFrame(b, from, to);
    boolean head = !inStack && isStackOf(event, b, from, to);
    if (head || frame && frames < MOST_FRAMES) {
      open = event.withText(event.text() + "\n" + text(b, from, to));
      inStack = true;
      frames++;
    } else if (!frame) {
      keepOpen();
    }
  }

  private boolean isStackOf(QuotedEvent event, byte[] b, int from, int to) {
    if (!decoder.isStackTrace(b, from, to)) {
      return false;
    }
    LineFacts facts = decoder.facts(b, from, to);
    return facts != null && facts.cpu() == event.cpu();
  }

  private void keepOpen() {
    if (open != null) {
      quotes.add(open);
      open = null;
    }
    inStack = false;
    frames = 0;
  }

  /** How many characters of white space a line begins with. */
  static int indent(byte[] b, int from, int to) {
    int i = from;
    while (i < to && (b[i] == ' ' || b[i] == '\t')) {
      i++;
    }
    return i - from;
  }

  private static String text(byte[] b, int from, int to) {
    return new String(b, from, Math.min(to - from, LONGEST_QUOTE), StandardCharsets.UTF_8).strip();
  }
}
