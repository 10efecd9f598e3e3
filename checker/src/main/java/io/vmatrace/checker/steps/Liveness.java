package io.vmatrace.checker.steps;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which registers a task still needs at each of its lines. A register whose value nobody reads any more is emptied: states that differ in nothing
 * else are one.
 */
final class Liveness {
  private static final List<StateField> RANGE = List.of(StateField.R_FIRST, StateField.R_LAST);

  private final List<Instruction> code;
  private final List<Set<StateField>> before;

  private Liveness(List<Instruction> code) {
    this.code = code;
    before = new ArrayList<>();
    for (int i = 0; i <= code.size(); i++) {
      before.add(EnumSet.noneOf(StateField.class));
    }
  }

  /** For each line, and for the end: the registers that are read from there on. */
  static List<Set<StateField>> of(List<Instruction> code) {
    Liveness liveness = new Liveness(code);
    while (liveness.pass()) {
      // until nothing is added: loops need more than one
    }
    return liveness.before;
  }

  private boolean pass() {
    boolean added = false;
    for (int at = code.size() - 1; at >= 0; at--) {
      Instruction i = code.get(at);
      Set<StateField> live = EnumSet.noneOf(StateField.class);
      if (i.action() != Action.GOTO) {
        live.addAll(before.get(at + 1));
      }
      if (i.target() >= 0) {
        live.addAll(before.get(i.target()));
      }
      live.removeAll(written(i));
      live.addAll(read(i));
      added |= before.get(at).addAll(live);
    }
    return added;
  }

  /** The registers that a line sets. */
  static Set<StateField> written(Instruction i) {
    Set<StateField> written = EnumSet.noneOf(StateField.class);
    StateField to = i.to();
    if (to != null) {
      written.add(to);
    }
    switch (i.action()) {
      case LIST, LIST_OWN -> written.addAll(List.of(StateField.R_LIST, StateField.R_TODO));
      case AGAIN_LIST -> written.add(StateField.R_TODO);
      default -> { // nothing beside
      }
    }
    return written;
  }

  /** The registers that a line reads. */
  static Set<StateField> read(Instruction i) {
    Set<StateField> read = EnumSet.noneOf(StateField.class);
    for (String form : i.action().form()) {
      switch (form) {
        case "object", "place" -> add(read, i.object());
        case "value" -> add(read, i.operand());
        case "page" -> read.add(i.page());
        case "-" -> read.addAll(RANGE);
        default -> { // nothing that is read
        }
      }
    }
    switch (i.action()) {
      case IF, IF_ODD, IS_READY, WALKS_AGAIN, PLUS, MINUS -> add(read, i.to());
      case AGAIN_LIST -> read.add(StateField.R_LIST);
      case ZAP -> read.add(StateField.R_LIST);
      case PICK -> read.add(StateField.R_TODO);
      case MOVE_PTE -> read.addAll(List.of(StateField.R_VMA, StateField.R_OTHER));
      default -> { // nothing beside
      }
    }
    return read;
  }

  private static void add(Set<StateField> to, @Nullable StateField register) {
    if (register != null) {
      to.add(register);
    }
  }
}
