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
    for (List<Instruction> of : code) {
      for (Instruction i : of) {
        used.addAll(i.action().sets());
        for (StateField field : new @Nullable StateField[] {i.to(), i.object(), i.operand(), i.field()}) {
          if (field != null) {
            used.add(field);
          }
        }
      }
    }
    if (used.contains(StateField.REFCNT)) {
      used.add(StateField.FLAG);
    }
    return used;
  }
}
