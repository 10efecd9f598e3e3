package io.vmatrace.checker.steps;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which fields a state needs for some programs: a state is as small as what its tasks do allows. */
public final class FieldsUsed {
  private FieldsUsed() {}

  /** The fields that the programs set, and those that every state has. */
  public static Set<StateField> of(List<List<Instruction>> code, boolean delaysFrees) {
    Set<StateField> used = EnumSet.of(StateField.SEQ, StateField.WRITER, StateField.READERS, StateField.TREE, StateField.PTE, StateField.VM_MM);
    used.addAll(List.of(StateField.START, StateField.LAST, StateField.LIVE, StateField.PC));
    if (delaysFrees) {
      used.add(StateField.GRACE);
    }
    byTask(code).forEach(used::addAll);
    if (used.contains(StateField.REFCNT)) {
      used.add(StateField.FLAG);
    }
    return used;
  }

  /** The fields that each of the programs names or sets. */
  public static List<Set<StateField>> byTask(List<List<Instruction>> code) {
    return code.stream().map(FieldsUsed::of).toList();
  }

  private static Set<StateField> of(List<Instruction> code) {
    Set<StateField> used = EnumSet.noneOf(StateField.class);
    for (Instruction i : code) {
      used.addAll(i.action().sets());
      used.addAll(Liveness.read(i));
      used.addAll(Liveness.written(i));
      for (StateField field : new @Nullable StateField[] {i.to(), i.object(), i.operand(), i.field()}) {
        if (field != null) {
          used.add(field);
        }
      }
    }
    return used;
  }
}
