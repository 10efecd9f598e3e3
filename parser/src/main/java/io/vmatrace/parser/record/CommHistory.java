package io.vmatrace.parser.record;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.collections.impl.map.mutable.primitive.IntIntHashMap;

/**
 * The names of tasks over time. Records come in the order of the file, which is not that of time, and ahead of the time that is
 * asked for. Several threads may use it.
 */
public final class CommHistory {
  private static final int MOST = 1 << 20;
  private static final int NONE = -1;

  /** How many later records of a task a record may come after, and how many forks a name is followed through. */
  private static final int MOST_STEPS = 1_000;

  /** Last entry of each task, by its tid; each entry names the one before it in time. */
  private final IntIntHashMap last = new IntIntHashMap();

  private long[] since = new long[64];

  /** The name's number, or for a fork -1 - the parent's tid. */
  private int[] what = new int[64];

  private int[] before = new int[64];
  private int entries;
  private final List<String> comms = new ArrayList<>();
  private final Map<String, Integer> numbers = new HashMap<>();

  /** A task is called so from a time on; 0 is from the beginning. */
  public synchronized void add(int tid, long time, String name) {
    if (entries < MOST) { // far more names than needed
      insert(tid, time, numbers.computeIfAbsent(name, this::number));
    }
  }

  private int number(String name) {
    comms.add(name);
    return comms.size() - 1;
  }

  /** A new task is called as its parent is. */
  public synchronized void fork(int child, int parent, long time) {
    if (entries < MOST && parent >= 0) {
      insert(child, time, -1 - parent);
    }
  }

  private void insert(int tid, long time, int entry) {
    int later = NONE;
    int earlier = last.getIfAbsent(tid, NONE);
    for (int steps = 0; earlier != NONE && since[earlier] > time; earlier = before[earlier]) {
      later = earlier;
      if (++steps > MOST_STEPS) {
        return;
      }
    }
    if (entries == since.length) {
      since = Arrays.copyOf(since, entries * 2);
      what = Arrays.copyOf(what, entries * 2);
      before = Arrays.copyOf(before, entries * 2);
    }
    since[entries] = time;
    what[entries] = entry;
    before[entries] = earlier;
    if (later == NONE) {
      last.put(tid, entries);
    } else {
      before[later] = entries;
    }
    entries++;
  }

  /** What a task was called at a time; empty when the file does not say. */
  public synchronized String at(int tid, long time) {
    int task = tid;
    long until = time;
    for (int steps = 0; steps < MOST_STEPS; steps++) {
      int entry = last.getIfAbsent(task, NONE);
      while (entry != NONE && since[entry] > until) {
        entry = before[entry];
      }
      if (entry == NONE || what[entry] >= 0) {
        return entry == NONE ? "" : comms.get(what[entry]);
      }
      task = -1 - what[entry];
      until = since[entry];
    }
    return "";
  }
}
