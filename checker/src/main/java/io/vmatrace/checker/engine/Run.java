package io.vmatrace.checker.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Tasks that each do their operations in order, one step of one task at a time, as a scheduler chooses. */
final class Run {
  /** More than any schedule of a few operations takes, unless a task loops. */
  private static final int MOST_STEPS = 200_000;

  /** The same for a run that continues after the protocol broke: a task may loop then. */
  private static final int MOST_STEPS_BROKEN = 20_000;

  /** Begins an operation of a task. */
  interface Operation {
    void begin(TaskStruct task, Programs programs);
  }

  private final Machine machine;
  private final Programs programs;
  private final Map<TaskStruct, Deque<Operation>> todo = new HashMap<>();
  private int steps;

  Run(Machine machine, Programs programs) {
    this.machine = machine;
    this.programs = programs;
  }

  Run then(TaskStruct task, Operation operation) {
    todo.computeIfAbsent(task, _ -> new ArrayDeque<>()).add(operation);
    return this;
  }

  /** Begins a program with a frame that is filled first. */
  static Operation of(Function<Programs, Program> program, java.util.function.Consumer<Frame> fill) {
    return (task, programs) -> fill.accept(task.begin(program.apply(programs)));
  }

  int steps() {
    return steps;
  }

  /** Runs until all is done or an invariant breaks; returns that invariant, or null. */
  @Nullable BrokenInvariant run(Scheduler scheduler) {
    return run(scheduler, MOST_STEPS, true);
  }

  /**
   * Runs until all is done or no task can continue, also after an invariant broke: the rules see only events, and notice many bugs by
   * their effects. Returns the first broken invariant, or null.
   */
  @Nullable BrokenInvariant runOn(Scheduler scheduler) {
    return run(scheduler, MOST_STEPS_BROKEN, false);
  }

  private @Nullable BrokenInvariant run(Scheduler scheduler, int most, boolean stopsAtBroken) {
    boolean goesOn = true;
    while (goesOn && !(stopsAtBroken && machine.oracle.broken() != null)) {
      goesOn = step(scheduler, most);
    }
    return machine.oracle.broken();
  }

  /** Does one step; false when all is done, all sleep, or there were too many. */
  private boolean step(Scheduler scheduler, int most) {
    List<TaskStruct> runnable = machine.tasks().stream().filter(this::isRunnable).toList();
    if (runnable.isEmpty()) {
      stuck();
      return false;
    }
    boolean goesOn = ++steps < most;
    machine.oracle.demand(goesOn, "R33", () -> "a task goes round and round: %s".formatted(where()));
    if (goesOn) {
      step(scheduler.next(runnable));
    }
    return goesOn;
  }

  private boolean isRunnable(TaskStruct task) {
    Deque<Operation> left = todo.get(task);
    return !task.isAsleep() && (!task.isIdle() || left != null && !left.isEmpty());
  }

  private void step(TaskStruct task) {
    Deque<Operation> left = todo.get(task);
    if (task.isIdle() && left != null) {
      left.remove().begin(task, programs);
    }
    task.step();
  }

  private void stuck() {
    boolean asleep = machine.tasks().stream().anyMatch(TaskStruct::isAsleep);
    machine.oracle.demand(!asleep, "R33", () -> "all sleep: %s".formatted(where()));
  }

  private String where() {
    return String.join("; ", machine.tasks().stream().map(task -> task.pid() + " in " + task.where()).toList());
  }
}
