package io.vmatrace.checker.explore;

import io.vmatrace.checker.explore.Exploration.Move;
import io.vmatrace.checker.steps.Broken;
import io.vmatrace.checker.steps.Design;
import io.vmatrace.checker.steps.Instruction;
import io.vmatrace.checker.steps.StateLayout;
import io.vmatrace.checker.steps.StepTable;
import io.vmatrace.checker.steps.SymmetricTasks;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Breadth first, so that the schedule that breaks an invariant is a shortest one. */
public final class Explorer {
  private final SmallWorld world;
  private final int most;
  private final StateSet met;
  /** Whether it looks for ways to go on for ever: not where a step may be put off for ever. */
  private final boolean fair;

  private final FairCycles cycles;

  /** Tasks that are alike, where of states that differ in them only one is kept; else null. */
  private final @Nullable SymmetricTasks alike;

  private final int[] places;

  /** Is told of each step. */
  interface Watcher {
    void step(StateLayout layout, long[] from, long[] to, Instruction step);
  }

  private @Nullable Watcher watcher;
  private final Map<String, Integer> reached = new TreeMap<>();

  /** @param most after so many states it gives up */
  public Explorer(Scenario scenario, Design design, StepTable table, int most) {
    this(scenario, design, table, most, false);
  }

  /**
   * One that may take tasks with the same program for alike: far fewer states, the same verdicts, and no look at whether tasks may go on for ever,
   * since which of them goes on is not known then.
   *
   * @param most after so many states it gives up
   */
  public Explorer(Scenario scenario, Design design, StepTable table, int most, boolean symmetric) {
    world = new SmallWorld(scenario, design, table);
    this.most = Math.min(most, FairCycles.MOST);
    met = new StateSet(world.layout);
    cycles = new FairCycles(met);
    SymmetricTasks tasks = new SymmetricTasks(world.layout, scenario.tasks());
    alike = symmetric && tasks.areSome() ? tasks : null;
    fair = alike == null && !design.has(SmallWorld.REORDERS);
    places = new int[world.machine.tasks()];
  }

  /** Sets who is told of each step that is made; to be called before. */
  void watch(Watcher by) {
    watcher = by;
  }

  /** Looks at every state that can be reached, until an invariant is broken. */
  public Exploration explore() {
    offer(world.first(), 0);
    add(-1);
    if (world.early() != null) {
      return new Exploration(1, 0, false, world.early(), List.of(), reached, alike != null);
    }
    long[] from = new long[world.layout.words()];
    long[] to = new long[world.layout.words()];
    int depth = 0;
    int endOfDepth = met.size();
    for (int at = 0; at < met.size(); at++) {
      if (at == endOfDepth) {
        depth++;
        endOfDepth = met.size();
      }
      if (met.size() > most) {
        return new Exploration(met.size(), depth, false, null, List.of(), reached, alike != null);
      }
      met.get(at, from);
      Exploration broken = goOn(at, from, to, depth);
      if (broken != null) {
        return broken;
      }
    }
    int endless = fair ? cycles.find(met, world.machine, from) : -1;
    if (endless >= 0) {
      return new Exploration(met.size(), depth, false, new Broken("livelock", "tasks may go on for ever and get nowhere, though each has its turn"), schedule(endless, -1), reached, alike != null);
    }
    return new Exploration(met.size(), depth, true, null, List.of(), reached, alike != null);
  }

  private @Nullable Exploration goOn(int at, long[] from, long[] to, int depth) {
    boolean goesOn = false;
    if (fair) {
      cycles.next();
    }
    for (int task = 0; task < world.machine.tasks(); task++) {
      int choices = world.choices(from, task);
      for (int choice = 0; choice < choices; choice++) {
        goesOn |= !world.machine.isKill(from, task, choice);
        System.arraycopy(from, 0, to, 0, from.length);
        Broken broken = world.step(to, task, choice);
        if (world.machine.notes().size() > reached.size()) {
          world.machine.notes().forEach(note -> reached.putIfAbsent(note, depth + 1));
        }
        if (broken != null) {
          add(at);
          return new Exploration(met.size(), depth + 1, false, broken, schedule(at, task * StateSet.CHOICES + choice), reached, alike != null);
        }
        if (watcher != null) {
          watcher.step(world.layout, from, to, world.machine.next(from, task));
        }
        offer(to, task * StateSet.CHOICES + choice);
      }
    }
    add(at);
    Broken end = goesOn ? null : world.end(from);
    return end == null ? null : new Exploration(met.size(), depth, false, end, schedule(at, -1), reached, alike != null);
  }

  private void offer(long[] state, int move) {
    if (alike != null) {
      alike.sort(state, places);
    }
    met.offer(state, move);
  }

  /** Adds what was offered, all of it from one state. */
  private void add(int parent) {
    int added = met.add(parent);
    for (int i = 0; i < added && fair && parent >= 0; i++) {
      cycles.add(met.at(i), met.offered(i) / StateSet.CHOICES);
    }
  }

  /** The moves that lead to a state, and one more. */
  private List<Move> schedule(int at, int more) {
    List<Move> moves = new ArrayList<>();
    if (more >= 0) {
      moves.add(move(more));
    }
    for (int state = at; met.parent(state) >= 0; state = met.parent(state)) {
      moves.add(move(met.move(state)));
    }
    Collections.reverse(moves);
    return alike == null ? moves : named(moves, alike);
  }

  private static Move move(int number) {
    return new Move(number / StateSet.CHOICES, number % StateSet.CHOICES);
  }

  /** The same moves by the tasks as the scenario numbers them, where the states have them in another order. */
  private List<Move> named(List<Move> moves, SymmetricTasks of) {
    long[] state = world.first();
    int[] tasks = IntStream.range(0, places.length).toArray();
    of.sort(state, tasks);
    List<Move> named = new ArrayList<>();
    for (Move move : moves) {
      named.add(new Move(tasks[move.task()], move.choice()));
      world.step(state, move.task(), move.choice());
      of.sort(state, tasks);
    }
    return named;
  }
}
