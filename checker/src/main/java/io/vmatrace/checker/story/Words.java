package io.vmatrace.checker.story;

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

  String name() {
    return describer.brief(events, i).name();
  }
}
