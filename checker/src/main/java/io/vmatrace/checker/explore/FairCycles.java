package io.vmatrace.checker.explore;

import io.vmatrace.checker.steps.StepMachine;
import java.util.Arrays;

/**
 * Finds a way to go on for ever that is fair: states that lead to each other, in which each task either makes steps or has to wait at times. A task that
 * could always go on and never does is no fault of the protocol: it is its turn at last.
 *
 * <p>The components are found by Tarjan's algorithm; the whole of a component is the fairest cycle in it.
 */
final class FairCycles {
  private static final int TASKS = 3;
  private static final int TASK = (1 << TASKS) - 1;

  private int[] edges = new int[1 << 12];
  private int[] begins = new int[1 << 10];
  private int count;
  private int states;

  /** The steps from the next state follow, in the order of the states. */
  void next() {
    if (states + 1 >= begins.length) {
      begins = Arrays.copyOf(begins, begins.length * 2);
    }
    begins[states++] = count;
  }

  /** A step of that state. */
  void add(int to, int task) {
    if (count == edges.length) {
      edges = Arrays.copyOf(edges, edges.length * 2);
    }
    edges[count++] = to << TASKS | task;
  }

  /** A state of a fair way to go on for ever, or -1. */
  int find(StateSet met, StepMachine machine, long[] state) {
    if (states + 1 >= begins.length) {
      begins = Arrays.copyOf(begins, begins.length + 1);
    }
    begins[states] = count;
    int[] component = components();
    int[] moving = new int[states];
    for (int from = 0; from < states; from++) {
      for (int edge = begins[from]; edge < begins[from + 1]; edge++) {
        if (component[edges[edge] >> TASKS] == component[from]) {
          moving[component[from]] |= 1 << (edges[edge] & TASK);
        }
      }
    }
    int[] waiting = new int[states];
    for (int at = 0; at < states; at++) {
      if (moving[component[at]] != 0) {
        met.get(at, state);
        for (int task = 0; task < machine.tasks(); task++) {
          waiting[component[at]] |= machine.choices(state, task) == 0 ? 1 << task : 0;
        }
      }
    }
    int all = (1 << machine.tasks()) - 1;
    for (int at = 0; at < states; at++) {
      if (moving[component[at]] != 0 && (moving[component[at]] | waiting[component[at]]) == all) {
        return at;
      }
    }
    return -1;
  }

  /** For each state the number of its strongly connected component. */
  private int[] components() {
    int[] component = new int[states];
    int[] order = new int[states];
    int[] low = new int[states];
    int[] edge = new int[states];
    int[] path = new int[states];
    int[] open = new int[states];
    Arrays.fill(component, -1);
    int ordered = 0;
    int opened = 0;
    int found = 0;
    int depth = 0;
    path[0] = 0;
    if (states == 0) {
      return component;
    }
    order[0] = low[0] = ++ordered;
    open[opened++] = 0;
    edge[0] = begins[0];
    while (depth >= 0) {
      int at = path[depth];
      if (edge[at] < begins[at + 1]) {
        int to = edges[edge[at]++] >> TASKS;
        if (order[to] == 0) {
          order[to] = low[to] = ++ordered;
          open[opened++] = to;
          edge[to] = begins[to];
          path[++depth] = to;
        } else if (component[to] < 0) {
          low[at] = Math.min(low[at], order[to]);
        }
        continue;
      }
      if (low[at] == order[at]) {
        int of;
        do {
          of = open[--opened];
          component[of] = found;
        } while (of != at);
        found++;
      }
      depth--;
      if (depth >= 0) {
        low[path[depth]] = Math.min(low[path[depth]], low[at]);
      }
    }
    return component;
  }
}
