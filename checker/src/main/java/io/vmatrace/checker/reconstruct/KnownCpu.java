package io.vmatrace.checker.reconstruct;

/** What was seen of a CPU: where in the capture, and whether events of it are missing. */
final class KnownCpu {
  /** Where its first event is, or 0. */
  long firstAt;

  /** How many events of all CPUs came before that. */
  long before;

  /** Where its last event is, or 0. */
  long lastAt;

  /** How many events of all CPUs there were up to that. */
  long upTo;

  /** Where the capture begins that is read now, or 0. */
  private long begun;

  /** The time of its last event. */
  long lastTime;

  /** Where the last event is before which it had none for {@link LastSeen#LEAST_OFF}, or 0. */
  long quietAt;

  /** Whether events of it are missing since then. */
  boolean lost;

  /** Another capture begins at a place. */
  void begin(long at) {
    lost = false;
    begun = lastAt == 0 ? 0 : at;
  }

  /** Where its last event is in the capture that is read now, or where that begins; 0 when there was no event yet. */
  long since() {
    return Math.max(lastAt, begun);
  }

  /**
   * An event of it.
   *
   * @param events how many of all CPUs came before this one
   */
  void event(long at, long time, long events) {
    if (firstAt == 0) {
      firstAt = at;
      before = events;
    } else if (time - lastTime >= LastSeen.LEAST_OFF) {
      quietAt = at;
    }
    lastAt = at;
    lastTime = time;
    upTo = events + 1;
  }
}
