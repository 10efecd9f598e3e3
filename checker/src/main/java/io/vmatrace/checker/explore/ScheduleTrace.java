package io.vmatrace.checker.explore;

import io.vmatrace.checker.explore.Exploration.Move;
import io.vmatrace.checker.explore.Scenario.Mapping;
import io.vmatrace.checker.steps.Action;
import io.vmatrace.checker.steps.Assembler;
import io.vmatrace.checker.steps.Broken;
import io.vmatrace.checker.steps.Design;
import io.vmatrace.checker.steps.Instruction;
import io.vmatrace.checker.steps.StateField;
import io.vmatrace.checker.steps.StepTable;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A schedule as the capture that a kernel with all probes would give of it: what is mapped at first is mapped in the capture, and behind the schedule the
 * tasks go on to their ends, that of its last step first; what is then mapped is unmapped.
 */
final class ScheduleTrace {
  private static final Set<String> FEATURES = Set.of("events", "trace");
  private static final Set<StateField> SHOWN =
      EnumSet.of(
          StateField.SEQ, StateField.LOCK_SEQ, StateField.REFCNT, StateField.FLAG, StateField.VM_MM, StateField.START, StateField.LAST, StateField.WRITER, StateField.R_VMA,
          StateField.R_OTHER, StateField.R_FIRST, StateField.R_LAST, StateField.WRITABLE, StateField.ANON, StateField.POLICY);

  private static final Set<Action> WAITS =
      EnumSet.of(Action.DOWN_WRITE, Action.DOWN_WRITE_KILLABLE, Action.DOWN_READ, Action.VMA_DOWN_WRITE, Action.VMA_DOWN_READ, Action.SCHEDULE, Action.SCHEDULE_KILLABLE);

  /** Tasks that go on for ever are left where they are. */
  private static final int MOST_STEPS = 10_000;

  private final SmallWorld world;

  /** How many tasks the schedule has; one for each mm that lives on comes behind them. */
  private final int tasks;

  private final Scenario scenario;
  private final TraceText text;
  private final long[] state;
  private final boolean seqcount;

  /** Tasks whose write lock is taken, and whose section has not begun for them. */
  private final boolean[] acquiring;

  /** Tasks whose release or downgrade was logged: that comes before it is done. */
  private final boolean[] leaving;

  private ScheduleTrace(Scenario asked, Design design, StepTable table) {
    scenario = emptied(asked);
    tasks = asked.tasks().size();
    world = new SmallWorld(scenario, design, table, FEATURES, design.has("rwsem") ? with(StateField.DETACHED) : SHOWN);
    text = new TraceText(world.layout, design);
    state = world.first();
    seqcount = design.has("seqcount") && !design.has("M12");
    acquiring = new boolean[world.machine.tasks()];
    leaving = new boolean[world.machine.tasks()];
  }

  /** With a task behind the others for each mm that is there at first and that no task exits: in the end it unmaps whatever is left. */
  private static Scenario emptied(Scenario of) {
    List<List<Assembler.Operation>> tasks = new ArrayList<>(of.tasks());
    for (int mm = 0; mm < of.mms(); mm++) {
      int at = mm;
      boolean exits = of.tasks().stream().flatMap(List::stream).anyMatch(operation -> operation.mm() == at && operation.program().equals("exit"));
      if (!exits && of.mapped().stream().anyMatch(range -> range.mm() == at)) {
        tasks.add(List.of(new Assembler.Operation("munmap", mm, 0, of.pages() - 1, -1, -1)));
      }
    }
    return new Scenario(of.name(), of.group(), of.what(), of.mms(), of.pages(), of.vmas(), of.features(), of.mapped(), of.always(), of.together(), tasks);
  }

  private static Set<StateField> with(StateField field) {
    Set<StateField> more = EnumSet.copyOf(SHOWN);
    more.add(field);
    return more;
  }

  /** The capture, in the form of tracefs. */
  static String of(Scenario scenario, Design design, StepTable table, List<Move> moves) {
    ScheduleTrace trace = new ScheduleTrace(scenario, design, table);
    trace.prelude();
    for (Move move : moves) {
      trace.step(move.task(), move.choice());
    }
    trace.toTheEnd(moves.isEmpty() ? 0 : moves.getLast().task());
    return trace.text.text();
  }

  private void prelude() {
    for (int mm = 0; mm < scenario.mms(); mm++) {
      int of = mm;
      List<Mapping> mapped = scenario.mapped().stream().filter(range -> range.mm() == of).toList();
      if (!mapped.isEmpty()) {
        text.maps(firstTask(mm), mm, mapped.stream().map(scenario.mapped()::indexOf).toList(), state);
      }
    }
    for (int task = 0; task < world.machine.tasks(); task++) {
      passEvents(task, false);
    }
  }

  private int firstTask(int mm) {
    for (int task = 0; task < scenario.tasks().size(); task++) {
      if (mm(task) == mm) {
        return task;
      }
    }
    return 0;
  }

  private int mm(int task) {
    return scenario.tasks().get(task).getFirst().mm();
  }

  private void toTheEnd(int last) {
    boolean goesOn = true;
    for (int steps = 0; goesOn && steps < MOST_STEPS; ) {
      goesOn = false;
      for (int i = 0; i < world.machine.tasks(); i++) {
        int task = i < tasks ? (last + i) % tasks : i;
        passEvents(task, true);
        for (int ways = world.choices(state, task); ways > 0 && steps < MOST_STEPS; ways = world.choices(state, task)) {
          step(task, world.machine.isKill(state, task, 0) ? ways - 1 : 0);
          goesOn = true;
          steps++;
          passEvents(task, true);
        }
      }
    }
    for (int task = 0; task < world.machine.tasks(); task++) {
      if (!world.machine.isDone(state, task)) {
        waits(task);
      }
    }
  }

  /** A task that never goes on has asked for what it waits for, and sleeps. */
  private void waits(int task) {
    Instruction step = world.machine.next(state, task);
    if (WAITS.contains(step.action())) {
      before(task, step);
      text.sleeps(task);
    }
  }

  private void step(int task, int choice) {
    passEvents(task, true);
    Instruction step = world.machine.next(state, task);
    before(task, step);
    long[] from = state.clone();
    Broken broken = world.step(state, task, choice);
    if (step.action() == Action.DEC && broken != null && broken.id().equals("refcount-below-zero")) {
      text.saturates(object(from, task, step));
    }
    after(task, step, from);
    passEvents(task, false);
  }

  /** What is logged before it is done. */
  private void before(int task, Instruction step) {
    switch (step.action()) {
      case DOWN_WRITE, DOWN_WRITE_KILLABLE -> text.asks(task, object(state, task, step), true);
      case DOWN_READ, DOWN_READ_TRYLOCK -> text.asks(task, object(state, task, step), false);
      case UP_READ -> text.releases(task, object(state, task, step), false);
      case FREE, FREE_NOW -> text.ofVma(task, "vm_area_free", object(state, task, step), state, "");
      case WAKE -> text.wakes(task, object(state, task, step));
      default -> {}
    }
    if (!leaving[task] && step.program().equals("mmap_write_unlock")) {
      leaving[task] = true;
      text.releases(task, object(state, task, step), true);
    } else if (!leaving[task] && step.program().equals("mmap_write_downgrade")) {
      leaving[task] = true;
      text.acquired(task, object(state, task, step), false, true);
    }
  }

  /** What is logged when it is done. */
  private void after(int task, Instruction step, long[] from) {
    switch (step.action()) {
      case DOWN_WRITE -> acquires(task, object(from, task, step));
      case DOWN_WRITE_KILLABLE -> {
        if (holdsForWriting(task, object(from, task, step))) {
          acquires(task, object(from, task, step));
        } else {
          text.acquired(task, object(from, task, step), true, false);
        }
      }
      case DOWN_READ -> text.acquired(task, object(from, task, step), false, true);
      case DOWN_READ_TRYLOCK -> text.acquired(task, object(from, task, step), false, (world.layout.get(state, StateField.READERS, object(from, task, step)) >> task & 1) != 0);
      case UP_WRITE, DOWNGRADE -> leaving[task] = step.program().equals("mmap_write_unlock") && isInside(task, step);
      case ADD -> {
        if (acquiring[task]) {
          acquiring[task] = false;
          text.acquired(task, object(from, task, step), true, true);
        } else {
          leaving[task] &= holdsForWriting(task, object(from, task, step));
        }
      }
      case ALLOC, ALLOC_STALE -> text.allocates(task, register(state, step, task), object(from, task, step));
      case DUP -> text.copies(task, step.program(), register(state, step, task), world.layout.get(from, StateField.R_VMA, task) - 1, from);
      default -> stored(task, step, from);
    }
  }

  /** With bug M11 the number follows the release. */
  private boolean isInside(int task, Instruction step) {
    Instruction next = world.machine.isDone(state, task) ? null : world.machine.next(state, task);
    return next != null && next.action() == Action.ADD && next.program().equals(step.program()) && next.object() == step.object() && next.fixed() == step.fixed();
  }

  private void acquires(int task, int mm) {
    acquiring[task] = seqcount;
    if (!seqcount) {
      text.acquired(task, mm, true, true);
    }
  }

  private boolean holdsForWriting(int task, int mm) {
    return world.layout.get(state, StateField.WRITER, mm) == task + 1;
  }

  private void stored(int task, Instruction step, long[] from) {
    int first = world.layout.get(from, StateField.R_FIRST, task);
    int last = world.layout.get(from, StateField.R_LAST, task);
    StateField operand = step.operand();
    int vma = operand == null ? -1 : world.layout.get(from, operand, task) - 1;
    switch (step.action()) {
      case ERASE -> text.stores(task, first, last, -1);
      case TRY_ERASE -> {
        if (world.layout.get(state, StateField.TREE, world.layout.page(object(from, task, step), first)) == 0) {
          text.stores(task, first, last, -1);
        }
      }
      case FILL -> text.stores(task, first, last, vma);
      case ERASE_VMA -> text.stores(task, world.layout.get(from, StateField.START, vma), world.layout.get(from, StateField.LAST, vma), -1);
      case STORE_VMA -> text.stores(task, world.layout.get(from, StateField.START, vma), world.layout.get(from, StateField.LAST, vma), vma);
      default -> {}
    }
  }

  /** The mm or the VMA that a step is about. */
  private int object(long[] of, int task, Instruction step) {
    StateField object = step.object();
    return object == null ? step.fixed() : world.layout.get(of, object, task) - 1;
  }

  private int register(long[] of, Instruction step, int task) {
    StateField to = step.to();
    return to == null ? -1 : world.layout.get(of, to, task) - 1;
  }

  /** Events that a task comes to. What begins comes as late as it can, right before the task's next step, and what ends as soon as it can. */
  private void passEvents(int task, boolean goesOn) {
    while (!world.machine.isDone(state, task) && isEvent(world.machine.next(state, task).action())) {
      Instruction event = world.machine.next(state, task);
      if (event.action() == Action.EVENT && !goesOn && !isEnd(event.text())) {
        return;
      }
      int at = world.layout.get(state, StateField.PC, task);
      world.machine.goTo(state, task, at + 1);
      if (event.action() == Action.EVENT) {
        Instruction next = world.machine.isDone(state, task) ? null : world.machine.next(state, task);
        text.event(task, event.text(), mm(task), seen(task, next), state);
      }
    }
  }

  /** The VMA whose values the event's probe reads. */
  private int seen(int task, @Nullable Instruction next) {
    return next != null && (next.action() == Action.SEES_COUNT || next.action() == Action.SEES_SEQS) ? object(state, task, next) : -1;
  }

  private static boolean isEnd(String event) {
    return event.contains("_ret") || event.endsWith(".over") || event.endsWith("_killed") || event.startsWith("looked_up");
  }

  private static boolean isEvent(Action action) {
    return action == Action.EVENT || action == Action.SEES_COUNT || action == Action.SEES_SEQS;
  }
}
