package io.vmatrace.checker.events;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a selection met in a capture.
 *
 * @param selected events that were wanted
 * @param names of the events that its other filters let through, where it wants names; those remembered
 * @param comms of the tasks of those events, where it wants tasks
 * @param mms addresses of mms in hexadecimal, where it wants mms; those remembered
 */
public record Seen(long selected, Collection<String> names, Collection<String> comms, Collection<String> mms) {
  /** That of both captures. */
  public Seen and(Seen other) {
    return new Seen(selected + other.selected, union(names, other.names), union(comms, other.comms), union(mms, other.mms));
  }

  private static Collection<String> union(Collection<String> one, Collection<String> other) {
    Set<String> union = new TreeSet<>(one);
    union.addAll(other);
    return union;
  }
}
