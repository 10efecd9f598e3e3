package io.vmatrace.checker.story;

import io.vmatrace.checker.report.FindingId;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventDescriber;

/** Words of the event in hand that its numbers do not have, read when they are asked for. */
record Words(EventDescriber describer, EventBatch events, int i) {
  String comm() {
    return describer.brief(events, i).comm();
  }

  /** The name of its kind. */
  String kind() {
    return events.kind(i).eventName();
  }

  /** The function that the event was in, or returned to. */
  String function() {
    return FindingId.function(kind(), describer.describe(events, i).text());
  }

  String name() {
    return describer.brief(events, i).name();
  }
}
