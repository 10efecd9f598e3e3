package io.vmatrace.checker.conform;

import io.vmatrace.checker.conform.FollowedCode.Body;
import io.vmatrace.checker.conform.FollowedCode.Place;
import io.vmatrace.checker.conform.Symbol.Kind;
import io.vmatrace.checker.conform.Symbol.Tree;
import io.vmatrace.checker.steps.StateField;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which sets of states events lead to. Each set and each way from one to another is made once, when a VMA first takes it: after that an event costs
 * a look into a table.
 */
final class StateSets {
  /** A set may have so many states, with all that no event is needed for; beyond that the VMA is not decided. */
  private static final int MOST_STATES = 20_000;

  /** So many sets are kept; then all begins anew, and those that VMAs are in stay. */
  private static final int MOST_SETS = 50_000;

  private final VmaAutomaton automaton;
  private final Map<KnownStates, KnownStates> sets = new HashMap<>();

  /** Nothing is known of a VMA. */
  final KnownStates unknown;

  /** The set that there is no state for. */
  final KnownStates refused = new KnownStates(new long[0], VmaAutomaton.SLOTS);

  /** The set that would be too large. */
  final KnownStates tooLarge = new KnownStates(new long[0], VmaAutomaton.SLOTS);

  StateSets(VmaAutomaton automaton) {
    this.automaton = automaton;
    States states = states();
    automaton.unknown(states);
    unknown = kept(states);
  }

  VmaAutomaton automaton() {
    return automaton;
  }

  private States states() {
    return new States(automaton.layout.words());
  }

  /** Where a symbol leads; {@link #refused} or {@link #tooLarge}. */
  KnownStates next(KnownStates from, long symbol) {
    KnownStates known = from.next(symbol);
    if (known != null) {
      return known;
    }
    KnownStates to = made(from, symbol);
    from.leadsTo(symbol, to);
    return to;
  }

  private KnownStates made(KnownStates from, long symbol) {
    States closure = closure(from, Symbol.hasStrangers(symbol));
    if (closure.size() > MOST_STATES) {
      return tooLarge;
    }
    States to = states();
    long[] state = new long[automaton.layout.words()];
    int slot = Symbol.slot(symbol);
    for (int i = 0; i < closure.size(); i++) {
      closure.get(i, state);
      switch (Symbol.kind(symbol)) {
        case EVENT -> event(state, symbol, to);
        case GOES_ON -> goesOn(state, symbol, to);
        case BEGINS_SECTION -> {
          long[] next = state.clone();
          if (automaton.goTo(next, slot, automaton.code.begins)) {
            to.add(next);
          }
        }
        case IN_SECTION -> automaton.inSection(state.clone(), slot, to);
        case BORN -> {
          if (automaton.get(state, StateField.REFCNT) == 0) {
            long[] next = state.clone();
            automaton.born(next, Symbol.seen(symbol));
            to.add(next);
          }
        }
        case TREE -> to.add(state);
        case STORE -> stores(state, slot, to);
        case SETTLES_CHARGE -> {
          automaton.set(state, StateField.CHARGED, 0);
          to.add(state);
        }
      }
    }
    return kept(withTree(to, Symbol.tree(symbol)));
  }

  /** Every state that steps without an event lead to. */
  private States closure(KnownStates from, boolean strangers) {
    States known = from.closure;
    if (known != null && !strangers) {
      return known;
    }
    int words = automaton.layout.words();
    States states = states();
    long[] state = new long[words];
    for (int at = 0; at < from.states.length; at += words) {
      System.arraycopy(from.states, at, state, 0, words);
      states.add(state);
    }
    for (int i = 0; i < states.size() && states.size() <= MOST_STATES; i++) {
      states.get(i, state);
      automaton.silentSteps(state, strangers, states);
    }
    if (!strangers) {
      from.closure = states;
    }
    return states;
  }

  /** An event of a task: it stands there, or may begin a program that begins so. */
  private void event(long[] state, long symbol, States to) {
    int slot = Symbol.slot(symbol);
    Point point = Symbol.point(symbol);
    Point at = automaton.code.points[automaton.line(state, slot)];
    if (at == point || point == Point.REFUSED && (at == Point.FOUND_NOTHING || at == Point.OUTSIDE)) {
      automaton.pass(state.clone(), slot, Symbol.seen(symbol), to);
    } else if (automaton.isAtAMenu(state, slot)) {
      begins(state, symbol, to);
    } else if (at != null && at.isReturn() && Symbol.mayLackReturns(symbol)) {
      withoutReturn(state, symbol, to);
    }
  }

  private void begins(long[] state, long symbol, States to) {
    int slot = Symbol.slot(symbol);
    for (Body body : automaton.code.bodies) {
      if (!body.silent() && automaton.isAt(state, slot, body.from()) && body.events().contains(Symbol.point(symbol))) {
        long[] begun = state.clone();
        if (automaton.goTo(begun, slot, body.line()) && automaton.code.points[automaton.line(begun, slot)] == Symbol.point(symbol)) {
          automaton.pass(begun, slot, Symbol.seen(symbol), to);
        }
      }
    }
  }

  /** A return was missed: the task went on behind it, and from there it comes to the event. */
  private void withoutReturn(long[] state, long symbol, States to) {
    States on = states();
    automaton.pass(state.clone(), Symbol.slot(symbol), 0, on);
    long[] next = new long[automaton.layout.words()];
    for (int i = 0; i < on.size(); i++) {
      on.get(i, next);
      automaton.silentSteps(next, Symbol.slot(symbol), on);
      if (Symbol.kind(symbol) == Kind.EVENT) {
        event(next, symbol, to);
      } else if (automaton.isAtAMenu(next, Symbol.slot(symbol))) {
        to.add(next);
      }
    }
  }

  private void goesOn(long[] state, long symbol, States to) {
    int slot = Symbol.slot(symbol);
    Point at = automaton.code.points[automaton.line(state, slot)];
    if (automaton.isAtAMenu(state, slot)) {
      to.add(state);
    } else if (at != null && at.isReturn() && Symbol.mayLackReturns(symbol)) {
      withoutReturn(state, symbol, to);
    }
  }

  /** Where the design has the store at a place of its own, it is there. */
  private void stores(long[] state, int slot, States to) {
    if (automaton.code.points[automaton.line(state, slot)] == Point.STORED) {
      automaton.pass(state.clone(), slot, 0, to);
    } else if (!automaton.code.afterStore[automaton.line(state, slot)]) {
      to.add(state);
    }
  }

  private States withTree(States of, Tree tree) {
    if (tree == Tree.SAME || !automaton.layout.has(StateField.TREE)) {
      return of;
    }
    States with = states();
    long[] state = new long[automaton.layout.words()];
    for (int i = 0; i < of.size(); i++) {
      of.get(i, state);
      for (int has = 0; has <= 1; has++) {
        if (tree == Tree.UNKNOWN || (tree == Tree.HAS) == (has == 1)) {
          automaton.set(state, StateField.TREE, has);
          with.add(state);
        }
      }
    }
    return with;
  }

  private KnownStates kept(States of) {
    if (of.size() == 0) {
      return refused;
    }
    if (of.size() > MOST_STATES) {
      return tooLarge;
    }
    if (sets.size() >= MOST_SETS) {
      sets.clear();
    }
    KnownStates set = new KnownStates(of.sorted(), VmaAutomaton.SLOTS);
    KnownStates known = sets.putIfAbsent(set, set);
    if (known != null) {
      return known;
    }
    look(set);
    return set;
  }

  private void look(KnownStates set) {
    int idle = (1 << VmaAutomaton.SLOTS) - 1;
    boolean charged = true;
    long[] state = new long[automaton.layout.words()];
    for (int at = 0; at < set.states.length; at += state.length) {
      System.arraycopy(set.states, at, state, 0, state.length);
      charged &= automaton.get(state, StateField.CHARGED) == 1;
      for (int slot = 0; slot < VmaAutomaton.SLOTS; slot++) {
        idle &= automaton.isAt(state, slot, Place.IDLE) ? -1 : ~(1 << slot);
      }
    }
    set.idle = idle;
    set.charged = charged;
  }

  /** How a look-up of a task may end after the events so far, a bit for each point; without tasks outside the capture, if that will do. */
  int outcomes(KnownStates set, int slot, boolean strangers) {
    if (!strangers && set.outcomes[slot] >= 0) {
      return set.outcomes[slot];
    }
    States closure = closure(set, strangers);
    int outcomes = 0;
    int charged = 0;
    long[] state = new long[automaton.layout.words()];
    for (int i = 0; i < closure.size(); i++) {
      closure.get(i, state);
      Point at = automaton.code.points[automaton.line(state, slot)];
      if (at != null && automaton.get(state, StateField.CHARGED) == 0) {
        outcomes |= 1 << at.ordinal();
      } else if (at != null) {
        charged |= 1 << at.ordinal();
      }
    }
    int of = outcomes == 0 ? charged : outcomes;
    if (!strangers) {
      set.outcomes[slot] = of;
    }
    return of;
  }

  /** Whether a value that a task's probe was to read is still to be read in every state: then no state has had it. */
  boolean isUnread(KnownStates set, int slot) {
    States closure = closure(set, false);
    long[] state = new long[automaton.layout.words()];
    for (int i = 0; i < closure.size(); i++) {
      closure.get(i, state);
      if (automaton.layout.get(state, StateField.SEEN, slot) == 0) {
        return false;
      }
    }
    return true;
  }

  /** The states of a set and what each would allow, for a person. */
  Description describe(KnownStates set, int slot) {
    States closure = closure(set, false);
    Set<String> allowed = new TreeSet<>();
    Set<String> states = new TreeSet<>();
    long[] state = new long[automaton.layout.words()];
    for (int i = 0; i < closure.size(); i++) {
      closure.get(i, state);
      states.add(automaton.describe(state));
      Point at = automaton.code.points[automaton.line(state, slot)];
      if (at != null) {
        allowed.add(at.says());
      }
    }
    return new Description(states, allowed);
  }

  /**
   * What is known, in words.
   *
   * @param states of the VMA
   * @param allowed functions whose event may be the task's next one
   */
  record Description(Set<String> states, Set<String> allowed) {}
}
