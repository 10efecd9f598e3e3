package io.vmatrace.checker.explore;

import io.vmatrace.checker.explore.Scenario.Mapping;
import io.vmatrace.checker.steps.Action;
import io.vmatrace.checker.steps.Assembler;
import io.vmatrace.checker.steps.Broken;
import io.vmatrace.checker.steps.Design;
import io.vmatrace.checker.steps.FieldsUsed;
import io.vmatrace.checker.steps.Instruction;
import io.vmatrace.checker.steps.StateField;
import io.vmatrace.checker.steps.StateLayout;
import io.vmatrace.checker.steps.StepMachine;
import io.vmatrace.checker.steps.StepTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A scenario under a design: its first state, and the machine that takes it further. */
final class SmallWorld {
  /** vm_refcnt may have so many references where a scenario is about its limit, and more than there are tasks elsewhere. */
  private static final int LOW_LIMIT = 3;

  private static final int HIGH_LIMIT = 7;

  /** Steps that wait for a VMA's memory: a scenario may have too few. */
  private static final Set<Action> FOR_A_VMA = EnumSet.of(Action.ALLOC, Action.ALLOC_STALE, Action.DUP);

  /** The feature of a design whose steps may be put off. */
  static final String REORDERS = "release-acquire";

  final StateLayout layout;
  final StepMachine machine;
  private final Scenario scenario;
  private @Nullable Broken early;

  SmallWorld(Scenario scenario, Design design, StepTable table) {
    this(scenario, design, table, Set.of(), Set.of());
  }

  /**
   * One with more than the scenario needs.
   *
   * @param more features, for lines of the step table
   * @param shown fields that states have, whether a step names them or not
   */
  SmallWorld(Scenario scenario, Design design, StepTable table, Set<String> more, Set<StateField> shown) {
    this.scenario = scenario;
    Set<String> features = new TreeSet<>(design.features());
    features.addAll(more);
    features.addAll(scenario.features());
    List<List<Instruction>> code = new ArrayList<>();
    for (List<Assembler.Operation> operations : scenario.tasks()) {
      Assembler assembler = new Assembler(table, features);
      operations.forEach(assembler::then);
      code.add(Assembler.reached(assembler.assemble()));
    }
    boolean delaysFrees = design.has("rcu-delay") && !design.has("no-rcu-delay");
    int longest = code.stream().mapToInt(List::size).max().orElse(0);
    Set<StateField> fields = FieldsUsed.of(code, delaysFrees);
    fields.addAll(shown);
    if (design.has(REORDERS)) {
      fields.addAll(List.of(StateField.LATE, StateField.GUESS));
    }
    layout = new StateLayout(new StateLayout.Sizes(scenario.mms(), scenario.pages(), scenario.vmas(), code.size(), longest), fields, FieldsUsed.byTask(code));
    int limit = features.contains("low-limit") ? LOW_LIMIT : HIGH_LIMIT;
    boolean counts = design.has("vmalock") && !design.has("rwsem");
    machine = new StepMachine(layout, code, new StepMachine.Rules(delaysFrees, counts, limit, design.has("M7"), bits(scenario.always()), bits(scenario.together()), design.has(REORDERS)));
  }

  /** For each mm the pages of some ranges, a bit for each. */
  private List<Integer> bits(List<Mapping> ranges) {
    return IntStream.range(0, scenario.mms()).mapToObj(mm -> ranges.stream().filter(r -> r.mm() == mm).mapToInt(SmallWorld::bits).reduce(0, (a, b) -> a | b)).toList();
  }

  private static int bits(Mapping range) {
    return (1 << range.last() + 1) - (1 << range.first());
  }

  private void set(long[] state, StateField field, int object, int value) {
    if (layout.has(field)) {
      layout.set(state, field, object, value);
    }
  }

  /** As many as will exit. */
  private int users(int mm) {
    return (int) Math.max(1, scenario.tasks().stream().flatMap(List::stream).filter(o -> o.mm() == mm && o.program().equals("exit")).count());
  }

  long[] first() {
    long[] state = new long[layout.words()];
    for (int mm = 0; mm < scenario.mms(); mm++) {
      set(state, StateField.SEQ, mm, 2);
      set(state, StateField.USERS, mm, users(mm));
      set(state, StateField.COUNT, mm, 1);
    }
    for (int vma = 0; vma < scenario.vmas(); vma++) {
      set(state, StateField.WRITABLE, vma, 1);
    }
    int vma = 0;
    for (Mapping range : scenario.mapped()) {
      map(state, range, vma);
      vma++;
    }
    try {
      machine.begin(state);
      early = null;
    } catch (IndexOutOfBoundsException | IllegalStateException e) {
      early = broken(e);
    }
    return state;
  }

  /** In how many ways a task can make its next step; in one where it follows a register in which nothing is. */
  int choices(long[] state, int task) {
    try {
      return machine.choices(state, task);
    } catch (IndexOutOfBoundsException e) {
      return 1;
    }
  }

  /** Whether somebody can go on, but for a task that is killed: nobody may count on that. */
  boolean goesOn(long[] state) {
    return IntStream.range(0, machine.tasks()).anyMatch(task -> choices(state, task) > (choices(state, task) > 0 && machine.isKill(state, task, 0) ? 1 : 0));
  }

  /** Makes a task's next step; what is broken after it, or null. A kernel would die where a register is followed in which nothing is. */
  @Nullable Broken step(long[] state, int task, int choice) {
    try {
      return machine.step(state, task, choice);
    } catch (IndexOutOfBoundsException | IllegalStateException e) {
      return broken(e);
    }
  }

  private static Broken broken(RuntimeException e) {
    return e instanceof IllegalStateException ? new Broken("no-room", String.valueOf(e.getMessage())) : new Broken("nothing-followed", "a register is followed in which nothing is");
  }

  /** What is broken on the tasks' ways to their first steps, or null; after {@link #first}. */
  @Nullable Broken early() {
    return early;
  }

  private void map(long[] state, Mapping range, int vma) {
    Set<String> how = range.how();
    set(state, StateField.LIVE, vma, 1);
    set(state, StateField.VM_MM, vma, range.mm() + 1);
    set(state, StateField.START, vma, range.first());
    set(state, StateField.LAST, vma, range.last());
    set(state, StateField.REFCNT, vma, 1);
    set(state, StateField.WRITABLE, vma, how.contains("readonly") ? 0 : 1);
    set(state, StateField.ANON, vma, how.contains("bare") ? 0 : 2);
    set(state, StateField.DONTCOPY, vma, how.contains("dontcopy") ? 1 : 0);
    set(state, StateField.UFFD, vma, how.contains("uffd") ? 1 : 0);
    for (int page = range.first(); page <= range.last(); page++) {
      int place = layout.page(range.mm(), page);
      set(state, StateField.TREE, place, vma + 1);
      set(state, StateField.PTE, place, how.contains("present") ? 1 : 0);
      set(state, StateField.PTE_WRITE, place, how.contains("present") && !how.contains("bare") && !how.contains("readonly") ? 1 : 0);
    }
  }

  /** What is wrong with a state from which nothing goes on, or null. */
  @Nullable Broken end(long[] state) {
    if (IntStream.range(0, machine.tasks()).anyMatch(task -> machine.hasGuessed(state, task))) {
      return null;
    }
    int[] waits = IntStream.range(0, machine.tasks()).filter(task -> !machine.isDone(state, task)).toArray();
    if (waits.length > 0) {
      OptionalInt forVma = Arrays.stream(waits).filter(task -> FOR_A_VMA.contains(machine.next(state, task).action())).findFirst();
      int task = forVma.orElse(waits[0]);
      String where = "nobody can go on: task %d waits at %s".formatted(task, machine.next(state, task).text());
      return new Broken("deadlock", forVma.isEmpty() ? where : where + ", for no VMA is free: does the scenario need more of them (vmas)?");
    }
    for (int mm = 0; mm < scenario.mms(); mm++) {
      Broken broken = layout.has(StateField.USERS) && layout.get(state, StateField.USERS, mm) == 0 ? freed(state, mm) : left(state, mm);
      if (broken != null) {
        return broken;
      }
    }
    for (int task = 0; task < machine.tasks(); task++) {
      if (layout.get(state, StateField.IN_RCU, task) == 1) {
        return new Broken("lock-left", "all is over, and task %d is in RCU".formatted(task));
      }
    }
    for (int vma = 0; vma < scenario.vmas(); vma++) {
      if (layout.get(state, StateField.HOLDERS, vma) != 0 || layout.get(state, StateField.REFCNT, vma) > 1) {
        return new Broken("lock-left", "all is over, and a VMA is read-locked");
      }
    }
    return null;
  }

  private @Nullable Broken freed(long[] state, int mm) {
    return layout.get(state, StateField.MM_FREED, mm) == 1 ? null : new Broken("mm-leaked", "all is over, and an mm without users is not freed");
  }

  /** What a task may not leave behind in an mm. */
  private @Nullable Broken left(long[] state, int mm) {
    if (layout.get(state, StateField.WRITER, mm) != 0 || layout.get(state, StateField.READERS, mm) != 0) {
      return new Broken("lock-left", "all is over, and the mmap_lock is held");
    }
    int inTree = 0;
    for (int page = 0; page < layout.pages(); page++) {
      int vma = layout.get(state, StateField.TREE, layout.page(mm, page));
      inTree |= vma == 0 ? 0 : 1 << vma - 1;
      if (vma == 0 && layout.get(state, StateField.PTE, layout.page(mm, page)) == 1) {
        return new Broken("page-left", "all is over, and page %d is there where nothing is mapped".formatted(page));
      }
    }
    for (int vma = 0; vma < scenario.vmas(); vma++) {
      if (layout.get(state, StateField.LIVE, vma) == 1 && layout.get(state, StateField.VM_MM, vma) == mm + 1 && (inTree >> vma & 1) == 0) {
        return new Broken("vma-leaked", "all is over, and a VMA is allocated that is not in the tree");
      }
    }
    return null;
  }
}
