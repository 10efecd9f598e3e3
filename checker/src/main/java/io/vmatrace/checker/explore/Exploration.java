package io.vmatrace.checker.explore;

import io.vmatrace.checker.steps.Broken;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of an exploration.
 *
 * @param states how many states were met
 * @param depth how many steps the longest of the shortest ways has; where something is broken, how many that way has
 * @param complete whether every state that can be reached was looked at
 * @param broken what is broken, or null
 * @param schedule the way to that, empty where nothing is
 * @param reached what lines of the table have noted, and after how many steps first
 * @param symmetric whether of states that differ only in which of like tasks is which one was met for all
 */
public record Exploration(int states, int depth, boolean complete, @Nullable Broken broken, List<Move> schedule, Map<String, Integer> reached, boolean symmetric) {
  /** A step: which task, and which of its ways. */
  public record Move(int task, int choice) {}

  public Exploration {
    schedule = List.copyOf(schedule);
    reached = Map.copyOf(reached);
  }

  /** Whether all invariants hold in every state. */
  public boolean holds() {
    return complete && broken == null;
  }
}
