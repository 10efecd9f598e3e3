package io.vmatrace.parser.text;

import io.vmatrace.parser.event.specs.EventNames;

/** A text format whose lines a {@link LineDecoder} decodes. */
public interface LineFormat {
  /** The name used in reports, e.g. ftrace-text. */
  String format();

  /** What its lines look like, for a person who asks why a capture was recognised as it. */
  String ground();

  /**
   * A decoder of its own for one thread.
   *
   * @param lineBytes the longest line that is looked at
   */
  LineDecoder decoder(int lineBytes, EventNames names);

  /** Whether a line may need what an earlier one said, so that one decoder must see all lines in order. */
  default boolean isSequential() {
    return false;
  }

  /**
   * Whether a line may give no event, or two: then an event's place is its number from 1 in the capture's order, and not its line, which
   * is the tag of its raw bytes. Only a sequential format may say so.
   */
  default boolean isNumbered() {
    return false;
  }
}
