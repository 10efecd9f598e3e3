package io.vmatrace.checker.whatif;

import io.vmatrace.checker.engine.BrokenInvariant;
import io.vmatrace.checker.engine.Frame;
import io.vmatrace.checker.engine.Machine;
import io.vmatrace.checker.engine.MmStruct;
import io.vmatrace.checker.engine.ProbeSink;
import io.vmatrace.checker.engine.Program;
import io.vmatrace.checker.engine.Programs;
import io.vmatrace.checker.engine.TaskStruct;
import io.vmatrace.checker.engine.VmAreaStruct;
import io.vmatrace.checker.protocol.StepId;
import io.vmatrace.checker.protocol.Variant;
import io.vmatrace.checker.workload.CapturedOperation;
import io.vmatrace.checker.workload.CapturedWorkload;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;

/**
 * Runs the operations of a capture in the engine: each task's in its order, each step at the time that a {@link Pace} gives it. A step
 * that must wait for another task waits as the variant requires, and delays the steps after it.
 */
final class Simulation {
  /** A task's state. */
  private static final class Runner {
    private final int number;
    private final TaskStruct task;
    private final List<CapturedOperation> operations;
    private int operation = -1;

    /** When it did its last step, or was woken after it. */
    private long since;

    private boolean asleep;

    /** Whether it was woken after its last step. */
    private boolean slept;

    private long due;

    /** Steps that it has done at one moment. */
    private int atOnce;

    /** How often it has begun to walk the tree in the look-up of its operation. */
    private int walks;

    private Runner(int number, TaskStruct task, List<CapturedOperation> operations) {
      this.number = number;
      this.task = task;
      this.operations = operations;
    }
  }

  /** A task that does more at one moment loops until another task has done a step, which takes time. */
  private static final int MOST_AT_ONCE = 500;

  private static final long ROUND = 1_000;

  /** A look-up that walks more often never ends. */
  private static final int MOST_WALKS = 10_000;

  private final Pace pace;
  private final FiguresCounter tally = new FiguresCounter();
  private final Machine machine;
  private final SectionPrograms sections;
  private final List<MmStruct> mms = new ArrayList<>();
  private final List<Runner> runners = new ArrayList<>();

  /** Tasks with a known time of their next step. */
  private final NavigableSet<Runner> ready = new TreeSet<>(Comparator.comparingLong((Runner runner) -> runner.due).thenComparingInt(runner -> runner.number));

  /** Tasks that sleep, or are held back. */
  private final Set<Runner> waiting = new LinkedHashSet<>();

  private final ProgramOrder order;

  /** Tasks whose next operation comes after others of other tasks that are not over. */
  private final Set<Runner> early = new LinkedHashSet<>();

  private final LongConsumer progress;
  private long begun;

  private Simulation(Variant variant, CapturedWorkload workload, Pace pace, LongConsumer progress) {
    Programs programs = new Programs(variant);
    this.pace = pace;
    this.progress = progress;
    sections = new SectionPrograms(programs);
    machine = new Machine(variant, ProbeSink.NONE, tally);
    for (int mm = 0; mm < workload.mms(); mm++) {
      mms.add(machine.newMm());
    }
    workload.mapped().forEach(this::map);
    for (List<CapturedOperation> operations : workload.tasks()) {
      runners.add(new Runner(runners.size(), machine.newTask(runners.size()), operations));
    }
    order = new ProgramOrder(workload);
  }

  /** Runs it. Progress is told how many operations have begun, now and then. */
  static Figures run(Variant variant, CapturedWorkload workload, Pace pace, LongConsumer progress) {
    Simulation simulation = new Simulation(variant, workload, pace, progress);
    simulation.run();
    BrokenInvariant broken = simulation.machine.oracle.broken();
    return simulation.tally.figures(variant.name(), broken == null ? null : "%s: %s".formatted(broken.rule(), broken.what()));
  }

  /** Mapped long before. */
  private void map(CapturedWorkload.Mapped mapped) {
    MmStruct mm = mms.get(mapped.mm());
    VmAreaStruct vma = machine.allocateVma(mm, mapped.first(), mapped.last() + 1);
    vma.refcnt = machine.variant.isRefcounted() ? 1 : 0;
    vma.anonVma = true;
    mm.tree = mm.tree.store(mapped.first(), mapped.last(), vma);
  }

  private void run() {
    runners.forEach(this::upcoming);
    while (!ready.isEmpty() || letGo()) {
      Runner next = ready.removeFirst();
      step(next);
      for (Runner runner : List.copyOf(waiting)) {
        look(runner, next.since);
      }
    }
  }

  /** No task continues, because tasks that come first in the capture never ask here, or never come to what others come after: one continues without them. */
  private boolean letGo() {
    if (!early.isEmpty()) {
      goOn(early.iterator().next(), 0);
      return !ready.isEmpty() || letGo();
    }
    Runner held = waiting.stream().filter(runner -> !runner.task.isAsleep()).findFirst().orElse(null);
    if (held != null) {
      pace.over(held.number, held.operation);
      look(held, held.since);
    }
    return held != null && !ready.isEmpty();
  }

  private void step(Runner runner) {
    runner.atOnce = runner.due > runner.since ? 0 : runner.atOnce + 1;
    if (runner.atOnce > MOST_AT_ONCE) {
      runner.due += ROUND;
      ready.add(runner);
      return;
    }
    Frame frame = frame(runner);
    Program.Step step = frame.program.step(frame.pc);
    runner.walks += step.id() == StepId.MAS_START ? 1 : 0;
    machine.oracle.demand(runner.walks < MOST_WALKS, "R33", () -> "a look-up of %x000 goes on for ever".formatted(frame.first));
    if (runner.walks >= MOST_WALKS) {
      waiting.remove(runner);
      return;
    }
    tally.at(runner.due);
    pace.did(next(runner, frame), runner.since, runner.due);
    runner.since = runner.due;
    runner.slept = false;
    runner.task.step();
    upcoming(runner);
  }

  private static NextStep next(Runner runner, Frame frame) {
    return new NextStep(runner.number, runner.operation, frame, frame.program.step(frame.pc), runner.slept);
  }

  private static Frame frame(Runner runner) {
    Frame frame = runner.task.frame();
    if (frame == null) {
      throw new IllegalStateException("task %d has nothing to do".formatted(runner.number));
    }
    return frame;
  }

  /** Begins what comes next where nothing is under way, and says when. */
  private void upcoming(Runner runner) {
    while (runner.task.isIdle() && runner.operation < runner.operations.size()) {
      if (runner.operation >= 0) {
        pace.over(runner.number, runner.operation);
      }
      runner.operation++;
      letOthersBegin(runner.since);
      if (runner.operation == runner.operations.size()) {
        break;
      }
      if (isEarly(runner)) {
        early.add(runner);
        return;
      }
      begin(runner);
    }
    runner.asleep = runner.task.isAsleep();
    look(runner, runner.since);
  }

  private void begin(Runner runner) {
      runner.walks = 0;
      sections.begin(runner.task, runner.operations.get(runner.operation), mms);
      runner.task.quietly();
      if (++begun % 1_000 == 0) {
        progress.accept(begun);
      }
  }

  /** Whether a task's operation comes after others that are not over. */
  private boolean isEarly(Runner runner) {
    for (ProgramOrder.Place place : order.before(runner.number, runner.operation)) {
      if (runners.get(place.task()).operation <= place.operation()) {
        return true;
      }
    }
    return false;
  }

  /** An operation is over, so that others may begin. */
  private void letOthersBegin(long now) {
    for (Runner runner : early.isEmpty() ? List.<Runner>of() : List.copyOf(early)) {
      if (early.contains(runner) && !isEarly(runner)) {
        goOn(runner, now);
      }
    }
  }

  private void goOn(Runner runner, long now) {
    early.remove(runner);
    runner.since = Math.max(runner.since, now);
    begin(runner);
    if (runner.task.isIdle()) {
      upcoming(runner);
    } else {
      runner.asleep = runner.task.isAsleep();
      look(runner, runner.since);
    }
  }

  /** After a step: which tasks are woken, and which are held back no longer. */
  private void look(Runner runner, long now) {
    ready.remove(runner);
    waiting.remove(runner);
    if (runner.task.isIdle()) {
      return;
    }
    if (runner.task.isAsleep()) {
      waiting.add(runner);
      return;
    }
    if (runner.asleep) {
      runner.asleep = false;
      runner.slept = true;
      tally.woken(runner.task);
      runner.since = now;
      runner.task.quietly();
    }
    Frame frame = frame(runner);
    long earliest = pace.isHeld(runner.number) ? now + 1 : now; // after the step that released it
    runner.due = Math.max(earliest, pace.due(next(runner, frame), runner.since, now));
    if (pace.isHeld(runner.number)) {
      waiting.add(runner);
    }
    if (runner.due != Pace.NEVER) {
      ready.add(runner);
    }
  }
}
