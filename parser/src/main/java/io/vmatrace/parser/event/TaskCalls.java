package io.vmatrace.parser.event;

import org.eclipse.collections.impl.map.mutable.primitive.IntObjectHashMap;

/** The calls of every task. */
public final class TaskCalls {
  /** The most tasks whose calls are kept; beyond that all calls are forgotten, and returns without calls say nothing. */
  private static final int MOST_TASKS = 1 << 14;

  private final IntObjectHashMap<Calls> calls = new IntObjectHashMap<>();

  /** The calls of a task. */
  public Calls of(int pid) {
    Calls of = calls.get(pid);
    if (of == null) {
      if (calls.size() >= MOST_TASKS) {
        calls.clear();
      }
      of = new Calls();
      calls.put(pid, of);
    }
    return of;
  }

  /** Events are missing: a return may not belong to the call that is known. */
  public void forget() {
    calls.forEachValue(Calls::forget);
  }
}
