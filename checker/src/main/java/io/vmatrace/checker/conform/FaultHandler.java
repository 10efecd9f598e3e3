package io.vmatrace.checker.conform;

import io.vmatrace.checker.mm.FaultReason;
import io.vmatrace.checker.steps.Action;
import io.vmatrace.checker.steps.Assembler;
import io.vmatrace.checker.steps.Assembler.Operation;
import io.vmatrace.checker.steps.Design;
import io.vmatrace.checker.steps.FieldsUsed;
import io.vmatrace.checker.steps.Instruction;
import io.vmatrace.checker.steps.StateField;
import io.vmatrace.checker.steps.StateLayout;
import io.vmatrace.checker.steps.StepMachine;
import io.vmatrace.checker.steps.StepTable;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the step table says becomes of a fault that finds its VMA unlocked: its programs for faults, each run alone in every way, with the
 * mmap_lock free and with another task holding it for writing.
 */
final class FaultHandler {
  /** Something that a VMA has or has not. */
  enum Has {
    NO,
    YES,
    UNKNOWN;

    /** What two VMAs have that become one. */
    Has merged(Has other) {
      return this == YES || other == YES ? YES : this == other ? this : UNKNOWN;
    }
  }

  private static final int PREPARED = 2;
  private static final int PAGES = 3;
  private static final int MIDDLE = 1;

  /** A way that a fault takes. */
  private static final class Way {
    private final long[] state;
    private final boolean tried;

    Way(long[] state, boolean tried) {
      this.state = state;
      this.tried = tried;
    }
  }

  private static final int VALUES = Has.values().length;

  private final Design design;
  private final StepTable table;

  /** What was asked before. */
  private final Map<Integer, Set<FaultReason>> known = new HashMap<>();

  FaultHandler(Design design, StepTable table) {
    this.design = design;
    this.table = table;
  }

  /**
   * How it may end.
   *
   * @param writes whether it may be a fault that writes
   * @param anon whether the VMA has an anon_vma
   * @param registered whether it is registered with userfaultfd
   */
  Set<FaultReason> outcomes(boolean writes, Has anon, Has registered) {
    int place = (anon.ordinal() * VALUES + registered.ordinal()) * 2 + (writes ? 1 : 0);
    Set<FaultReason> outcomes = known.get(place);
    if (outcomes == null) {
      outcomes = run(writes, anon, registered);
      known.put(place, outcomes);
    }
    return outcomes;
  }

  private Set<FaultReason> run(boolean writes, Has anon, Has registered) {
    Set<FaultReason> outcomes = EnumSet.noneOf(FaultReason.class);
    for (int has = 0; has <= 1; has++) {
      if (anon == Has.UNKNOWN || (anon == Has.YES) == (has == 1)) {
        run("fault", has * PREPARED, outcomes);
        if (writes) {
          run("write_fault", has * PREPARED, outcomes);
        }
        if (registered != Has.NO) {
          run("uffd_fault", has * PREPARED, outcomes);
        }
      }
    }
    return outcomes;
  }

  private void run(String program, int anon, Set<FaultReason> outcomes) {
    List<Instruction> code = new Assembler(table, design.features()).then(new Operation(program, 0, MIDDLE, MIDDLE, -1, -1)).assemble();
    List<List<Instruction>> tasks = List.of(code, List.of());
    StateLayout layout = new StateLayout(new StateLayout.Sizes(1, PAGES, 1, tasks.size(), code.size()), FieldsUsed.of(tasks, false));
    StepMachine machine = new StepMachine(layout, tasks, new StepMachine.Rules(false, !design.has("rwsem"), MIDDLE + PAGES, false, List.of(0), List.of(0), false));
    for (int holder = 0; holder <= tasks.size(); holder += tasks.size()) {
      long[] state = new long[layout.words()];
      set(layout, state, StateField.LIVE, 1);
      set(layout, state, StateField.VM_MM, 1);
      set(layout, state, StateField.START, MIDDLE);
      set(layout, state, StateField.LAST, MIDDLE);
      set(layout, state, StateField.REFCNT, 1);
      set(layout, state, StateField.WRITABLE, 1);
      set(layout, state, StateField.ANON, anon);
      set(layout, state, StateField.UFFD, program.equals("uffd_fault") ? 1 : 0);
      set(layout, state, StateField.SEQ, 2 + holder / tasks.size());
      set(layout, state, StateField.WRITER, holder);
      layout.set(state, StateField.TREE, MIDDLE, 1);
      machine.begin(state);
      run(machine, state, program, outcomes);
    }
  }

  private static void set(StateLayout layout, long[] state, StateField field, int value) {
    if (layout.has(field)) {
      layout.set(state, field, 0, value);
    }
  }

  private static void run(StepMachine machine, long[] first, String program, Set<FaultReason> outcomes) {
    Deque<Way> open = new ArrayDeque<>(List.of(new Way(first, false)));
    while (!open.isEmpty()) {
      Way way = open.pop();
      if (machine.isDone(way.state, 0)) {
        outcomes.add(way.tried ? FaultReason.VMA_LOCKED_ANON_VMA : FaultReason.VMA_LOCKED);
        continue;
      }
      Action next = machine.next(way.state, 0).action();
      if (next == Action.DOWN_READ) { // from here on it is under the mmap_lock
        outcomes.add(way.tried ? FaultReason.NO_ANON_VMA : program.equals("uffd_fault") ? FaultReason.RETRY : FaultReason.FALLBACK);
        continue;
      }
      for (int choice = 0; choice < machine.choices(way.state, 0); choice++) {
        long[] state = way.state.clone();
        if (machine.step(state, 0, choice) == null) {
          open.push(new Way(state, way.tried || next == Action.DOWN_READ_TRYLOCK));
        }
      }
    }
  }
}
