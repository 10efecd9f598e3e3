package io.vmatrace.checker.explore;

import io.vmatrace.checker.steps.StepMachine;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Finds a way to go on for ever that is fair: states that lead to each other, in which each task either makes steps or has to wait at times. A task that
 * could always go on and never does is no fault of the protocol: it is its turn at last.
 *
 * <p>Most states are on no way to go on for ever: those after which all must end, and those that nothing comes back to. They are taken out first, and in
 * what is left the components are found; the whole of a component is the fairest cycle in it.
 */
final class FairCycles {
  private static final int TASKS = 3;
  private static final int TASK = (1 << TASKS) - 1;

  /** In place of a task: the state has no step at all. */
  private static final int NO_STEP = TASK;

  /** The first step of a state. */
  private static final int FIRST = 1 << 31;

  /** So many states can be numbered. */
  static final int MOST = 1 << 31 - TASKS - 1;

  private static final int PIECE_BITS = 15;
  private static final int PIECE = 1 << PIECE_BITS;

  /**
   * So often states are taken out at most. Steps lead to states of higher numbers but for those that go back, so each time takes all but what hangs
   * together by those; what is left for the components does no harm.
   */
  private static final int ROUNDS = 20;

  /** How each state was met first: from which, in ascending order, and by which task. Those steps need not be kept once more. */
  private final Tree tree;

  /** The highest number that a step has led to. */
  private int highest;

  /** The other steps of all states, in their order: where to, the task, and whether a state begins. */
  private int[][] edges = new int[16][];

  private int count;
  private int states;
  private boolean isOpen;

  /** Whether a step leads to a state of no higher number: without one none leads to itself. */
  private boolean goesBack;

  FairCycles(Tree tree) {
    this.tree = tree;
  }

  /** What is known of the steps that led to states first. */
  interface Tree {
    /** The state from which one was met first, or -1. */
    int parent(int state);

    /** The task whose step that was. */
    int task(int state);
  }

  /** The steps from the next state follow, in the order of the states. */
  void next() {
    close();
    states++;
    isOpen = true;
  }

  /** A step of that state; one to the number after the highest so far is the first that leads there. */
  void add(int to, int task) {
    if (to > highest) {
      highest = to;
      return;
    }
    goesBack |= to < states;
    put((isOpen ? FIRST : 0) | to << TASKS | task);
    isOpen = false;
  }

  private void close() {
    if (isOpen) {
      put(FIRST | NO_STEP);
    }
  }

  private void put(int edge) {
    int piece = count >> PIECE_BITS;
    if (piece == edges.length) {
      edges = Arrays.copyOf(edges, piece * 2);
    }
    if (edges[piece] == null) {
      edges[piece] = new int[PIECE];
    }
    edges[piece][count++ & PIECE - 1] = edge;
  }

  private int edge(int at) {
    return edges[at >> PIECE_BITS][at & PIECE - 1];
  }

  private static int to(int edge) {
    return (edge & ~FIRST) >> TASKS;
  }

  /** A state of a fair way to go on for ever, or -1. */
  int find(StateSet met, StepMachine machine, long[] state) {
    Graph left = left();
    int[] component = new Components(left.begins, left.to).numbers();
    int[] moving = new int[left.names.length];
    int[] waiting = new int[left.names.length];
    for (int at = 0; at < left.names.length; at++) {
      for (int edge = left.begins[at]; edge < left.begins[at + 1]; edge++) {
        if (component[left.to[edge]] == component[at]) {
          moving[component[at]] |= 1 << left.task[edge];
        }
      }
    }
    for (int at = 0; at < left.names.length; at++) {
      if (moving[component[at]] != 0) {
        met.get(left.names[at], state);
        for (int task = 0; task < machine.tasks(); task++) {
          waiting[component[at]] |= machine.choices(state, task) == 0 ? 1 << task : 0;
        }
      }
    }
    int all = (1 << machine.tasks()) - 1;
    for (int at = 0; at < left.names.length; at++) {
      if (moving[component[at]] != 0 && (moving[component[at]] | waiting[component[at]]) == all) {
        return left.names[at];
      }
    }
    return -1;
  }

  /** The states that may be on a way to go on for ever: all that are, ascending. */
  int[] candidates() {
    return left().names;
  }

  /** Some of the states, numbered anew, and the steps between them. */
  private static final class Graph {
    /** The number that each had. */
    private final int[] names;

    /** Where the steps of each begin, and at last where they end. */
    private final int[] begins;

    private int[] to = new int[64];
    private byte[] task = new byte[64];

    Graph(int[] names) {
      this.names = names;
      begins = new int[names.length + 1];
    }

    void add(int at, int leadsTo, int by) {
      if (at == to.length) {
        to = Arrays.copyOf(to, at * 2);
        task = Arrays.copyOf(task, at * 2);
      }
      to[at] = Arrays.binarySearch(names, leadsTo);
      task[at] = (byte) by;
    }
  }

  /** The states that lead to themselves, or from one such state to another, and perhaps some that are on the way there. */
  private Graph left() {
    close();
    isOpen = false;
    BitSet left = new BitSet(states);
    left.set(0, goesBack ? states : 0);
    int before = 0;
    for (int round = 0, size = left.cardinality(); size != before && round < ROUNDS; round++) {
      before = size;
      withoutReturn(left, withoutEnd(left));
      size = left.cardinality();
    }
    return graph(left);
  }

  /**
   * Takes out the states from which no step leads to one of these.
   *
   * @return the states to which one of these leads that has no lower number
   */
  private BitSet withoutEnd(BitSet left) {
    BitSet backTo = new BitSet(states);
    int end = count;
    BitSet first = new BitSet(states); // those whose step to a state that was met first by it leads to one of these
    for (int state = states - 1; state >= 0; state--) {
      int begin = end - 1;
      boolean goesOn = leads(edge(begin), left) || first.get(state);
      while (edge(begin) >= 0) {
        goesOn |= leads(edge(--begin), left);
      }
      if (!goesOn) {
        left.clear(state);
      } else if (left.get(state)) {
        markBack(begin, end, state, backTo);
        first.set(Math.max(0, tree.parent(state)));
      }
      end = begin;
    }
    return backTo;
  }

  private static boolean leads(int edge, BitSet to) {
    return isStep(edge) && to.get(to(edge));
  }

  private static boolean isStep(int edge) {
    return (edge & TASK) != NO_STEP;
  }

  private void markBack(int begin, int end, int state, BitSet backTo) {
    for (int at = begin; at < end; at++) {
      if (isStep(edge(at)) && to(edge(at)) <= state) {
        backTo.set(to(edge(at)));
      }
    }
  }

  /**
   * Takes out the states to which no step leads from one of these.
   *
   * @param reached those to which one leads that has no lower number; the others are added
   */
  private void withoutReturn(BitSet left, BitSet reached) {
    for (int at = 0, state = -1; at < count; at++) {
      int edge = edge(at);
      state += edge < 0 ? 1 : 0;
      if (edge < 0 && left.get(state) && !reached.get(state) && !isMetFrom(state, left)) {
        left.clear(state);
      }
      if (left.get(state) && isStep(edge)) {
        reached.set(to(edge));
      }
    }
  }

  private boolean isMetFrom(int state, BitSet some) {
    return state > 0 && some.get(tree.parent(state));
  }

  private Graph graph(BitSet left) {
    Graph graph = new Graph(left.stream().toArray());
    int kept = 0;
    int next = 0;
    int child = 1;
    for (int at = 0, state = -1; at < count; at++) {
      int edge = edge(at);
      state += edge < 0 ? 1 : 0;
      if (edge < 0 && left.get(state)) {
        graph.begins[next++] = kept;
      }
      for (; child <= highest && tree.parent(child) == state; child++) {
        if (left.get(state) && left.get(child)) {
          graph.add(kept++, child, tree.task(child));
        }
      }
      if (left.get(state) && leads(edge, left)) {
        graph.add(kept++, to(edge), edge & TASK);
      }
    }
    graph.begins[next] = kept;
    return graph;
  }
}
