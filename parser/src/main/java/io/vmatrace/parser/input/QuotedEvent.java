package io.vmatrace.parser.input;

/**
 * An event of the capture with its own words.
 *
 * @param at its place, as {@link io.vmatrace.parser.event.EventBatch#at}
 * @param line the number of its line; of a binary capture the same as {@code at}
 * @param offset where its line begins in the decompressed input, in bytes
 * @param time nanoseconds or ticks, as the capture's clock has it
 * @param text the line, with the lines of a stack trace that belongs to it
 */
public record QuotedEvent(
    long at, long line, long offset, long time, boolean inSeconds, int cpu, int task, String comm, String event, String text) {

  /** An event whose place is its line, or that has none. */
  public QuotedEvent(long at, long offset, long time, boolean inSeconds, int cpu, int task, String comm, String event, String text) {
    this(at, at, offset, time, inSeconds, cpu, task, comm, event, text);
  }
}
