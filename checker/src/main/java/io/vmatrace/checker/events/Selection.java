package io.vmatrace.checker.events;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which events are wanted: those that satisfy every filter that is given.
 *
 * @param from no earlier than this; null for from the beginning
 * @param to no later than this; null for to the end
 * @param tasks pids or comms (with {@code *} and {@code ?}) of the task that was current, of which one must match; empty for all
 * @param mms addresses of mms, of which the event must name one; empty for all
 * @param addresses addresses that the event must concern: in its range, in the page of its address, or one of its pointers
 * @param events names of events with {@code *} and {@code ?}; those that begin with {@code !} are left out; empty for all
 */
public record Selection(
    @Nullable TimePoint from,
    @Nullable TimePoint to,
    List<String> tasks,
    List<Long> mms,
    List<Long> addresses,
    List<String> events) {

  /** Everything. */
  public static final Selection ALL = new Selection(null, null, List.of(), List.of(), List.of(), List.of());

  /** Whether the time of the last event must be known before the first one can be judged. */
  public boolean needsEnd() {
    return from != null && from.needsEnd() || to != null && to.needsEnd();
  }

  /** Whether events must be described to be judged: their names and comms are not in the columns. */
  boolean needsWords() {
    return !tasks.isEmpty() || !events.isEmpty();
  }
}
