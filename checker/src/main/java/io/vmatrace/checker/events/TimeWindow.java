package io.vmatrace.checker.events;

import io.vmatrace.parser.event.ClockUnit;

/** The part of a capture's time that a selection wants; known once its first event is. */
public final class TimeWindow {
  private final Selection selection;
  private final long lastTime;
  private long from = Long.MIN_VALUE;
  private long to = Long.MAX_VALUE;
  private boolean begun;
  private long time = Long.MIN_VALUE;

  /** @param lastTime time of the capture's last event, where the selection asks for it */
  public TimeWindow(Selection selection, long lastTime) {
    this.selection = selection;
    this.lastTime = lastTime;
  }

  /** An event's time, in the capture's unit. */
  public void reach(long now, ClockUnit unit) {
    time = now;
    if (!begun) {
      begun = true;
      from = selection.from() == null ? from : selection.from().in(unit, now, lastTime);
      to = selection.to() == null ? to : selection.to().in(unit, now, lastTime);
    }
  }

  /** Whether the time that was reached is wanted. */
  public boolean isInside() {
    return time >= from && time <= to;
  }

  /** Whether everything from here on is too late. */
  public boolean isOver() {
    return time > to;
  }

  /** Whether something that lasted from one time to another reaches into it. */
  public boolean touches(long begin, long end) {
    return begin <= to && end >= from;
  }
}
