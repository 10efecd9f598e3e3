package io.vmatrace.parser.input;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventDescription;

/**
 * An event of the capture with its own words.
 *
 * @param at its place, as {@link io.vmatrace.parser.event.EventBatch#at}
 * @param line the number of its line; of a binary capture the same as {@code at}
 * @param offset where its line begins in the decompressed input, in bytes
 * @param time nanoseconds or ticks, as the capture's clock has it
 * @param indent how many characters of white space its line has before the text; 0 in a binary capture
 * @param text the line, with the lines of a stack trace that belongs to it
 */
public record QuotedEvent(
    long at, long line, long offset, long time, boolean inSeconds, int cpu, int task, String comm, String event, int indent, String text) {

  /** The i-th event of a batch of a binary capture. */
  public static QuotedEvent of(EventBatch events, int i, boolean inSeconds, EventDescription description) {
    long at = events.at(i);
    return new QuotedEvent(
        at,
        at,
        events.offset(i),
        events.time(i),
        inSeconds,
        events.cpu(i),
        events.task(i),
        description.comm(),
        description.name(),
        0,
        description.text());
  }

  /** The same event with another text. */
  public QuotedEvent withText(String other) {
    return new QuotedEvent(at, line, offset, time, inSeconds, cpu, task, comm, event, indent, other);
  }
}
