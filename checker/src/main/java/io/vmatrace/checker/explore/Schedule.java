package io.vmatrace.checker.explore;

import io.vmatrace.checker.explore.Exploration.Move;
import io.vmatrace.checker.steps.Assembler;
import io.vmatrace.checker.steps.Design;
import io.vmatrace.checker.steps.Instruction;
import io.vmatrace.checker.steps.StepTable;
import java.util.ArrayList;
import java.util.List;

/**
 * A way through a scenario, step by step.
 *
 * @param tasks what each task does, as the scenario says it
 * @param rows its steps
 */
public record Schedule(List<String> tasks, List<Row> rows) {
  /**
   * A step.
   *
   * @param task who makes it, from 0
   * @param function the kernel's function that it belongs to
   * @param step the line of the step table
   * @param changes the values that it changes, such as {@code vma0.vm_refcnt 1 -> 2}
   */
  public record Row(int task, String function, String step, List<String> changes) {
    public Row {
      changes = List.copyOf(changes);
    }
  }

  public Schedule {
    tasks = List.copyOf(tasks);
    rows = List.copyOf(rows);
  }

  /** Makes the moves once more, and keeps what they do. */
  static Schedule of(Scenario scenario, Design design, StepTable table, List<Move> moves) {
    SmallWorld world = new SmallWorld(scenario, design, table);
    StateValues values = new StateValues(world.layout);
    long[] state = world.first();
    List<Row> rows = new ArrayList<>();
    for (Move move : moves) {
      Instruction step = world.machine.next(state, move.task());
      String text = world.machine.text(state, move.task(), move.choice());
      List<String> before = values.of(state);
      world.step(state, move.task(), move.choice());
      rows.add(new Row(move.task(), step.program(), text, StateValues.changes(before, values.of(state))));
    }
    return new Schedule(scenario.tasks().stream().map(Schedule::words).toList(), rows);
  }

  private static String words(List<Assembler.Operation> operations) {
    return String.join(", ", operations.stream().map(Schedule::words).toList());
  }

  private static String words(Assembler.Operation of) {
    String more = of.to() >= 0 ? " " + of.to() : of.child() >= 0 ? " mm" + of.child() : "";
    return "%s mm%d %d-%d%s".formatted(of.program(), of.mm(), of.first(), of.last(), more);
  }
}
