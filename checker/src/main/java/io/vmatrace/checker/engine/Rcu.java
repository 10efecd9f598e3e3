package io.vmatrace.checker.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** RCU: a callback runs when every task that was inside a read section at its call has left it. */
final class Rcu {
  private record Callback(Set<Sleeper> waitsFor, Runnable work) {}

  private final Set<Sleeper> reading = new HashSet<>();
  private final Map<Sleeper, Integer> depths = new HashMap<>();
  private final List<Callback> callbacks = new ArrayList<>();

  void readLock(Sleeper task) {
    if (depths.merge(task, 1, Integer::sum) == 1) {
      reading.add(task);
    }
  }

  void readUnlock(Sleeper task) {
    if (depths.merge(task, -1, Integer::sum) > 0) {
      return;
    }
    reading.remove(task);
    for (Iterator<Callback> i = callbacks.iterator(); i.hasNext(); ) {
      Callback callback = i.next();
      callback.waitsFor.remove(task);
      if (callback.waitsFor.isEmpty()) {
        i.remove();
        callback.work.run();
      }
    }
  }

  /** call_rcu(): a callback runs as early as it may, because that shows most. */
  void call(Runnable work) {
    if (reading.isEmpty()) {
      work.run();
    } else {
      callbacks.add(new Callback(new HashSet<>(reading), work));
    }
  }
}
