package io.vmatrace.checker.explore;

import io.vmatrace.checker.explore.Scenario.Mapping;
import io.vmatrace.checker.explore.Scenario.Operation;
import io.vmatrace.checker.steps.Assembler;
import io.vmatrace.checker.steps.Broken;
import io.vmatrace.checker.steps.Instruction;
import io.vmatrace.checker.steps.StateField;
import io.vmatrace.checker.steps.StateLayout;
import io.vmatrace.checker.steps.StepMachine;
import io.vmatrace.checker.steps.StepTable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A scenario under a design: its first state, and the machine that takes it further. */
final class SmallWorld {
  final StateLayout layout;
  final StepMachine machine;
  private final Scenario scenario;

  SmallWorld(Scenario scenario, Design design, StepTable table) {
    this.scenario = scenario;
    layout = new StateLayout(scenario.mms(), scenario.pages(), scenario.vmas(), scenario.tasks().size());
    List<List<Instruction>> code = new ArrayList<>();
    for (List<Operation> operations : scenario.tasks()) {
      Assembler assembler = new Assembler(table, design.features());
      operations.forEach(o -> assembler.then(o.program(), o.range().mm(), o.range().first(), o.range().last()));
      code.add(assembler.assemble());
    }
    int[] always = new int[scenario.mms()];
    scenario.always().forEach(range -> always[range.mm()] |= bits(range));
    boolean delaysFrees = design.has("rcu-delay") && !design.has("no-rcu-delay");
    machine = new StepMachine(layout, code, delaysFrees, design.has("vmalock") && !design.has("rwsem"), always);
  }

  private static int bits(Mapping range) {
    return (1 << range.last() + 1) - (1 << range.first());
  }

  long[] first() {
    long[] state = new long[layout.words()];
    for (int mm = 0; mm < scenario.mms(); mm++) {
      layout.set(state, StateField.SEQ, mm, 2);
      layout.set(state, StateField.USERS, mm, 1);
      layout.set(state, StateField.COUNT, mm, 1);
    }
    int vma = 0;
    for (Mapping range : scenario.mapped()) {
      layout.set(state, StateField.LIVE, vma, 1);
      layout.set(state, StateField.VM_MM, vma, range.mm() + 1);
      layout.set(state, StateField.START, vma, range.first());
      layout.set(state, StateField.LAST, vma, range.last());
      layout.set(state, StateField.REFCNT, vma, 1);
      for (int page = range.first(); page <= range.last(); page++) {
        layout.set(state, StateField.TREE, layout.page(range.mm(), page), vma + 1);
      }
      vma++;
    }
    machine.begin(state);
    return state;
  }

  /** What is wrong with a state from which nothing goes on, or null. */
  @Nullable Broken end(long[] state) {
    for (int task = 0; task < machine.tasks(); task++) {
      if (!machine.isDone(state, task)) {
        return new Broken("deadlock", "nobody can go on: task %d waits at %s".formatted(task, machine.next(state, task).text()));
      }
    }
    for (int mm = 0; mm < scenario.mms(); mm++) {
      if (layout.get(state, StateField.USERS, mm) == 0 && layout.get(state, StateField.MM_FREED, mm) == 0) {
        return new Broken("mm-leaked", "all is over, and an mm without users is not freed");
      }
    }
    return null;
  }
}
