package io.vmatrace.checker.story;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventDescriber;

/** The words of one event, read when they are asked for. */
record Words(EventDescriber describer, EventBatch events, int i) implements Chronicle.Current {
  @Override
  public String comm() {
    return describer.brief(events, i).comm();
  }

  @Override
  public String kind() {
    return events.kind(i).eventName();
  }

  @Override
  public String name() {
    return describer.brief(events, i).name();
  }
}
