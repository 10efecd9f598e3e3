package io.vmatrace.parser.event;

/** Describes an event in the capture's own words, from the bytes that {@link EventBatch#keepRaw} keeps. */
public interface EventDescriber {
  /** The description of the i-th event of a batch that keeps raw bytes, while the batch is handed over. */
  EventDescription describe(EventBatch events, int i);

  /** The same with comm and name only: text and fields may be empty. For callers that ask for every event. */
  default EventDescription brief(EventBatch events, int i) {
    return describe(events, i);
  }
}
