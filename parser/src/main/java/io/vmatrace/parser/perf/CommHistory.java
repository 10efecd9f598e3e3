package io.vmatrace.parser.perf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.collections.impl.map.mutable.primitive.IntIntHashMap;

/** What tasks were called, and when: the records are read ahead of the time for which one asks. Several threads may use it. */
final class CommHistory {
  private static final int MOST = 1 << 20;
  private static final int NONE = -1;

  /** Last entry of each task, by its tid; each entry names the one before it. */
  private final IntIntHashMap last = new IntIntHashMap();

  private long[] since = new long[64];
  private int[] comm = new int[64];
  private int[] before = new int[64];
  private int entries;
  private final List<String> comms = new ArrayList<>();
  private final Map<String, Integer> numbers = new HashMap<>();

  /** A task is called so from a time on; 0 is from the beginning. */
  synchronized void add(int tid, long time, String name) {
    if (entries == MOST) {
      return; // more names than anybody asks for
    }
    if (entries == since.length) {
      since = Arrays.copyOf(since, entries * 2);
      comm = Arrays.copyOf(comm, entries * 2);
      before = Arrays.copyOf(before, entries * 2);
    }
    since[entries] = time;
    comm[entries] = numbers.computeIfAbsent(name, this::number);
    before[entries] = last.getIfAbsent(tid, NONE);
    last.put(tid, entries++);
  }

  private int number(String name) {
    comms.add(name);
    return comms.size() - 1;
  }

  /** A new task is called as its parent is. */
  synchronized void fork(int child, int parent, long time) {
    String name = at(parent, time);
    if (!name.isEmpty()) {
      add(child, time, name);
    }
  }

  /** What a task was called at a time; empty when the file does not say. */
  synchronized String at(int tid, long time) {
    for (int i = last.getIfAbsent(tid, NONE); i != NONE; i = before[i]) {
      if (since[i] <= time) {
        return comms.get(comm[i]);
      }
    }
    return "";
  }
}
