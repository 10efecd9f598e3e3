package io.vmatrace.checker.explore;

import io.vmatrace.checker.steps.Design;
import io.vmatrace.checker.steps.Instruction;
import io.vmatrace.checker.steps.StateField;
import io.vmatrace.checker.steps.StateLayout;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The states of one VMA under a design, and which function of the kernel takes it from one to the other, as explorations show them. As DOT it has
 * the form that the generator of the kernel's runtime verification reads (tools/verification/models/wwnr.dot, 6.0).
 */
public final class Automaton {
  /** Nothing lives in the VMA's memory. */
  private static final String FREE = "free";

  private static final int ALLOCATED = 1;

  /** From a state by a function to others: one other, unless what tells them apart is no state of the VMA's. */
  private final Map<String, Map<String, Set<String>>> edges = new TreeMap<>();

  /** Whether a VMA has a rw_semaphore (to 6.14), and whether its readers are counted in vm_refcnt (from 6.15 on). */
  private final boolean rwsem;

  private final boolean counts;

  private Automaton(Design design) {
    rwsem = design.has("rwsem");
    counts = design.has("vmalock") && !rwsem;
  }

  /**
   * That of a design.
   *
   * @param scenarios in which the VMAs are looked at
   * @param most how many states an exploration may have
   * @throws IllegalArgumentException where the design's own programs cannot be understood
   */
  public static Automaton of(Design design, Collection<Scenario> scenarios, int most) {
    Automaton automaton = new Automaton(design);
    for (Scenario scenario : scenarios) {
      Explorer explorer = new Explorer(scenario, design, design.table(), most);
      explorer.watch(automaton::step);
      explorer.explore();
    }
    return automaton;
  }

  private void step(StateLayout layout, long[] from, long[] to, Instruction step) {
    for (int vma = 0; vma < layout.count(StateField.Owner.VMA); vma++) {
      String before = state(layout, from, vma);
      String after = state(layout, to, vma);
      if (!before.equals(after)) {
        edges.computeIfAbsent(before, _ -> new TreeMap<>()).computeIfAbsent(event(step), _ -> new TreeSet<>()).add(after);
      }
    }
  }

  /** The function; of the VMA's rw_semaphore what it does to that, since vma_start_read() takes it and may give it back (to 6.14). */
  private static String event(Instruction step) {
    return switch (step.action()) {
      case VMA_DOWN_READ, VMA_DOWN_READ_TRYLOCK, VMA_UP_READ, VMA_DOWN_WRITE, VMA_UP_WRITE -> step.action().toString();
      default -> step.program();
    };
  }

  private String state(StateLayout layout, long[] state, int vma) {
    if (layout.get(state, StateField.LIVE, vma) != ALLOCATED) {
      return FREE; // also while RCU keeps its memory, which depends on others
    }
    List<String> parts = new ArrayList<>();
    parts.add(counts && layout.has(StateField.REFCNT) ? counted(layout, state, vma) : "allocated");
    if (rwsem) {
      int readers = Integer.bitCount(layout.get(state, StateField.SEM_READERS, vma));
      parts.add(readers > 0 ? "read_" + readers : layout.get(state, StateField.SEM_WRITER, vma) > 0 ? "vm_lock_write" : "");
    }
    parts.add(layout.get(state, StateField.DETACHED, vma) > 0 ? "detached" : "");
    parts.add(isWriteLocked(layout, state, vma) ? "write_locked" : "");
    return parts.stream().filter(part -> !part.isEmpty()).collect(Collectors.joining("_"));
  }

  /** vm_refcnt: 0 is detached, and else there are so many references, an attached VMA's own among them. */
  private static String counted(StateLayout layout, long[] state, int vma) {
    int count = layout.get(state, StateField.REFCNT, vma);
    boolean excluded = layout.get(state, StateField.FLAG, vma) > 0;
    return count == 0 && !excluded ? "refcnt_0" : "refcnt_" + (excluded ? "flag_" : "") + count;
  }

  private static boolean isWriteLocked(StateLayout layout, long[] state, int vma) {
    int mm = layout.get(state, StateField.VM_MM, vma);
    return layout.has(StateField.LOCK_SEQ) && mm > 0 && layout.get(state, StateField.LOCK_SEQ, vma) == layout.get(state, StateField.SEQ, mm - 1);
  }

  /** All states, the first one first. */
  public Set<String> states() {
    Set<String> states = new TreeSet<>(edges.keySet());
    edges.values().forEach(to -> to.values().forEach(states::addAll));
    return states;
  }

  /** Whether a state and a function tell what the next state is. */
  public boolean isDeterministic() {
    return edges.values().stream().allMatch(to -> to.values().stream().allMatch(next -> next.size() == 1));
  }

  /** As Graphviz reads it. */
  public String dot() {
    StringBuilder dot = new StringBuilder("digraph state_automaton {\n");
    dot.append("\t{node [shape = plaintext, style=invis, label=\"\"] \"__init_%s\"};%n".formatted(FREE));
    dot.append("\t{node [shape = ellipse] \"%s\"};%n".formatted(FREE));
    states().forEach(state -> dot.append("\t{node [shape = plaintext] \"%s\"};%n".formatted(state)));
    dot.append("\t\"__init_%s\" -> \"%s\";%n".formatted(FREE, FREE));
    for (String state : states()) {
      dot.append("\t\"%s\" [label = \"%s\"%s];%n".formatted(state, state, state.equals(FREE) ? ", color = green3" : ""));
      byNext(edges.getOrDefault(state, Map.of())).forEach((next, functions) -> dot.append("\t\"%s\" -> \"%s\" [ label = \"%s\" ];%n".formatted(state, next, String.join("\\n", functions))));
    }
    dot.append("\t{ rank = min ;%n\t\t\"__init_%s\";%n\t\t\"%s\";%n\t}%n}%n".formatted(FREE, FREE));
    return dot.toString();
  }

  private static Map<String, Set<String>> byNext(Map<String, Set<String>> byFunction) {
    Map<String, Set<String>> byNext = new TreeMap<>();
    byFunction.forEach((function, all) -> all.forEach(next -> byNext.computeIfAbsent(next, _ -> new TreeSet<>()).add(function)));
    return byNext;
  }
}
