package io.vmatrace.checker.explore;

import java.util.Arrays;

/** The strongly connected components of a graph, by Tarjan's algorithm without recursion. */
final class Components {
  private final int[] begins;
  private final int[] to;
  private final int[] component;
  private final int[] order;
  private final int[] low;
  private final int[] edge;
  private final int[] path;
  private final int[] open;
  private int ordered;
  private int opened;
  private int found;

  /**
   * Of a graph whose nodes are numbered from 0.
   *
   * @param begins where the edges of each begin in {@code to}, and at last where they end
   * @param to where each edge leads
   */
  Components(int[] begins, int[] to) {
    this.begins = begins;
    this.to = to;
    int nodes = begins.length - 1;
    component = new int[nodes];
    order = new int[nodes];
    low = new int[nodes];
    edge = new int[nodes];
    path = new int[nodes];
    open = new int[nodes];
  }

  /** For each node the number of its component. */
  int[] numbers() {
    Arrays.fill(component, -1);
    for (int node = 0; node < component.length; node++) {
      if (order[node] == 0) {
        from(node);
      }
    }
    return component;
  }

  private void from(int root) {
    int depth = 0;
    enter(root, depth);
    while (depth >= 0) {
      int at = path[depth];
      if (edge[at] < begins[at + 1]) {
        int next = to[edge[at]++];
        if (order[next] == 0) {
          enter(next, ++depth);
        } else if (component[next] < 0) {
          low[at] = Math.min(low[at], order[next]);
        }
        continue;
      }
      if (low[at] == order[at]) {
        close(at);
      }
      depth--;
      if (depth >= 0) {
        low[path[depth]] = Math.min(low[path[depth]], low[at]);
      }
    }
  }

  private void enter(int node, int depth) {
    order[node] = low[node] = ++ordered;
    open[opened++] = node;
    edge[node] = begins[node];
    path[depth] = node;
  }

  /** What was opened since a node is a component of its own. */
  private void close(int node) {
    int of;
    do {
      of = open[--opened];
      component[of] = found;
    } while (of != node);
    found++;
  }
}
