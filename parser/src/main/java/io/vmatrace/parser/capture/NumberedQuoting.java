package io.vmatrace.parser.capture;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.input.QuotedEvent;
import io.vmatrace.parser.text.LineDecoder;
import io.vmatrace.parser.text.LineFacts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The second pass over a text whose events are numbered: all are decoded again, and those with the numbers that are wanted kept. */
final class NumberedQuoting {
  private static final int LONGEST_QUOTE = 2_000;

  private final LineDecoder decoder;
  private final long[] ats;
  private final List<QuotedEvent> quotes = new ArrayList<>();
  private int wanted;

  NumberedQuoting(LineDecoder decoder, long[] ats) {
    this.decoder = decoder;
    this.ats = ats;
  }

  /** Takes over what is wanted of a batch that keeps the bytes of each event; false when there is nothing more to find. */
  boolean take(EventBatch events) {
    for (int i = 0; i < events.size() && wanted < ats.length; i++) {
      if (events.at(i) == ats[wanted]) {
        wanted++;
        quote(events, i);
      }
    }
    return wanted < ats.length;
  }

  private void quote(EventBatch events, int i) {
    int from = events.raw().from(i);
    int to = events.raw().to(i);
    LineFacts facts = decoder.facts(events.raw().bytes(), from, to);
    if (facts != null) {
      String text = new String(events.raw().bytes(), from, Math.min(to - from, LONGEST_QUOTE), StandardCharsets.UTF_8).strip();
      quotes.add(
          new QuotedEvent(
              events.at(i), events.raw().tag(i), events.offset(i), events.time(i), facts.inSeconds(), events.cpu(i), events.task(i), facts.comm(), facts.event(), Quoting.indent(events.raw().bytes(), from, to), text));
    }
  }

  List<QuotedEvent> quotes() {
    return quotes;
  }
}
