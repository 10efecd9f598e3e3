package io.vmatrace.parser.record;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventDescriber;
import io.vmatrace.parser.input.QuotedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Picks single events of a binary capture out of the batches of a second pass, by their places. */
public final class RecordQuotes implements Predicate<EventBatch> {
  private final long[] ats;
  private final EventDescriber describer;
  private final boolean inSeconds;
  private final List<QuotedEvent> quoted = new ArrayList<>();
  private int wanted;

  /**
   * Picks none yet.
   *
   * @param ats the places, ascending
   * @param inSeconds whether times are nanoseconds, and not ticks
   */
  public RecordQuotes(long[] ats, EventDescriber describer, boolean inSeconds) {
    this.ats = ats;
    this.describer = describer;
    this.inSeconds = inSeconds;
  }

  /** Those that were picked, in the order of their places. */
  public List<QuotedEvent> quoted() {
    return quoted;
  }

  @Override
  public boolean test(EventBatch events) {
    long first = events.at(0);
    while (wanted < ats.length && ats[wanted] < first + events.size()) {
      if (ats[wanted] >= first) {
        quote(events, (int) (ats[wanted] - first));
      }
      wanted++;
    }
    return wanted < ats.length;
  }

  private void quote(EventBatch events, int i) {
    quoted.add(QuotedEvent.of(events, i, inSeconds, describer.describe(events, i)));
  }
}
