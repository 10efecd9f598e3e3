package io.vmatrace.checker.steps;

import static io.vmatrace.checker.steps.StateField.*;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Steps that a task puts off behind later ones of its own, as the kernel's memory model (tools/memory-model) lets a CPU do that has one order of
 * stores for all CPUs. docs/ORDERINGS.md says which. A task puts off one at a time. Where a branch depends on what the step will give the task
 * guesses, and does nothing but loads until that is known; an order in which the guess is wrong is none.
 */
final class LateSteps {
  private static final int BELOW = 1;
  private static final int AT_TARGET = 2;

  /** Steps that load what others may change, and change nothing. */
  private static final Set<Action> LOADS = EnumSet.of(Action.LOAD, Action.WALK, Action.FIND, Action.LOAD_NEXT, Action.NEIGHBOUR);

  /** Stores of one field, or read-modify-writes of vm_refcnt whose order is not acquire. */
  private static final Set<Action> STORES = EnumSet.of(Action.STORE, Action.ADD, Action.SUB, Action.SET_ANON, Action.DEC, Action.SUB_FLAG, Action.FINISH_RCUWAIT);

  /** Stores under a page table's lock, or with rcu_assign_pointer(): what comes later may come before them, and nothing of what was before after them. */
  private static final Set<Action> RELEASES = EnumSet.of(Action.SET_PTE, Action.SET_PTE_WRITE, Action.SET_PTE_MISSING, Action.PREPARE_TO_RCUWAIT);

  /** What keeps its place, unless a variant of one's own says {@code relaxed} behind it. */
  private static final Set<Action> RELAXABLE = EnumSet.of(Action.SET_CURRENT_STATE, Action.FILL, Action.STORE_VMA);

  /** What comes before these may happen after them: they are an acquire at most. */
  private static final Set<Action> ACQUIRES =
      EnumSet.of(Action.INC_NOT_ZERO, Action.ADD_FLAG, Action.DOWN_READ, Action.DOWN_READ_TRYLOCK, Action.DOWN_WRITE, Action.VMA_DOWN_READ_TRYLOCK, Action.VMA_DOWN_READ, Action.VMA_DOWN_WRITE, Action.RCU_READ_LOCK, Action.MMGRAB);

  /** Local lines that look at nothing but registers, and at what no step stores. */
  private static final Set<Action> OF_REGISTERS =
      EnumSet.of(Action.SET, Action.PLUS, Action.MINUS, Action.IF, Action.IF_ODD, Action.GOTO, Action.NOTE, Action.IS_READY, Action.WALKS_AGAIN, Action.PASSED, Action.MAS_RESET);

  /** The same, that say what a task holds. */
  private static final Set<Action> OF_HOLDERS = EnumSet.of(Action.GRANT, Action.UNGRANT, Action.NO_READER);

  private final StateLayout layout;
  private final Instruction[][] code;
  private final boolean reorders;

  LateSteps(StateLayout layout, Instruction[][] code, boolean reorders) {
    this.layout = layout;
    this.code = code;
    this.reorders = reorders;
  }

  /** Whether steps may be put off at all. */
  boolean reorders() {
    return reorders;
  }

  /** The line of the step that a task has put off, or -1. */
  int line(long[] state, int task) {
    return reorders ? layout.get(state, LATE, task) - 1 : -1;
  }

  boolean hasGuessed(long[] state, int task) {
    return reorders && layout.get(state, GUESS, task) != 0;
  }

  private static boolean is(Instruction i, String order) {
    return i.text().endsWith(" " + order);
  }

  /** Whether a step may be put off: what has an acquire may not, since nothing later comes before it. */
  private static boolean mayWait(Instruction i) {
    return !is(i, "acquire") && (i.action() == Action.LOAD || i.action() == Action.INC_NOT_ZERO || STORES.contains(i.action()) || RELEASES.contains(i.action()));
  }

  /** In how many ways a task can put its next step off, of which it has none. */
  int putOffs(long[] state, int task) {
    int pc = layout.get(state, PC, task);
    if (!reorders || !mayWait(code[task][pc])) {
      return 0;
    }
    return branch(task, pc) >= 0 ? 2 : isUseful(task, pc) ? 1 : 0;
  }

  /** Whether something may come before a step: nothing that cannot is next. */
  private boolean isUseful(int task, int line) {
    Instruction[] lines = code[task];
    int next = line + 1;
    while (next < lines.length && lines[next].action() == Action.GOTO) {
      next = lines[next].target();
    }
    if (next >= lines.length) {
      return false;
    }
    Instruction i = lines[next];
    return i.action().isLocal() ? !waitsFor(lines[line], i) : mayPass(lines[line], i);
  }

  /** The branch that depends on what a step gives, if nothing but registers is looked at before it; or -1. */
  private int branch(int task, int line) {
    Instruction[] lines = code[task];
    StateField gives = lines[line].to();
    for (int at = line + 1; gives != null && at < lines.length && OF_REGISTERS.contains(lines[at].action()) && lines[at].action() != Action.GOTO; at++) {
      Instruction i = lines[at];
      boolean isBranch = i.action() == Action.IF || i.action() == Action.IF_ODD;
      if (isBranch) {
        return i.to() == gives || i.operand() == gives ? at : -1;
      }
      if (Liveness.read(i).contains(gives)) {
        return -1;
      }
    }
    return -1;
  }

  /** Puts the next step off; the task goes on behind it, or behind the branch as it guesses. */
  void putOff(long[] state, int task, int choice) {
    int pc = layout.get(state, PC, task);
    int branch = branch(task, pc);
    layout.set(state, LATE, task, pc + 1);
    if (branch < 0) {
      layout.set(state, PC, task, pc + 1);
    } else {
      layout.set(state, GUESS, task, choice == 0 ? BELOW : AT_TARGET);
      layout.set(state, PC, task, choice == 0 ? branch + 1 : code[task][branch].target());
    }
  }

  /** Whether what was put off has given what was guessed. */
  boolean isRight(long[] state, int task) {
    Instruction branch = code[task][branch(task, line(state, task))];
    int left = layout.get(state, register(branch.to()), task);
    int right = branch.operand() == null ? branch.value() : layout.get(state, register(branch.operand()), task);
    boolean goes = branch.action() == Action.IF_ODD ? left % 2 == 1 : switch (branch.comparison()) {
      case "==" -> left == right;
      case "!=" -> left != right;
      default -> left <= right;
    };
    return goes == (layout.get(state, GUESS, task) == AT_TARGET);
  }

  private static StateField register(@Nullable StateField of) {
    if (of == null) {
      throw new IllegalStateException("a branch has a register");
    }
    return of;
  }

  /** It is made now. */
  void made(long[] state, int task) {
    layout.set(state, LATE, task, 0);
    layout.set(state, GUESS, task, 0);
  }

  /** Whether a later step of a task may come before the one that it has put off. */
  boolean passes(long[] state, int task, Instruction i) {
    Instruction before = code[task][line(state, task)];
    return mayPass(before, i) && (!hasGuessed(state, task) || LOADS.contains(i.action())) && !isSamePlace(state, task, before, i);
  }

  private static boolean mayPass(Instruction before, Instruction i) {
    boolean mayMove = LOADS.contains(i.action()) || ACQUIRES.contains(i.action()) || STORES.contains(i.action()) || RELAXABLE.contains(i.action()) && is(i, "relaxed");
    boolean waits = is(i, "release") && !(isEndOfSection(i) && before.action() == Action.LOAD);
    return mayMove && !waits && !depends(before, i);
  }

  /** vma_end_write_all() has a store fence only (6.14 on: include/linux/seqlock.h do_raw_write_seqcount_end()): loads of the section may come after it. */
  private static boolean isEndOfSection(Instruction i) {
    return i.action() == Action.ADD && i.field() == SEQ;
  }

  /** Whether one needs a register of the other, or they set the same one. */
  private static boolean depends(Instruction before, Instruction i) {
    Set<StateField> gives = Liveness.written(before);
    Set<StateField> sets = Liveness.written(i);
    return !Collections.disjoint(gives, Liveness.read(i)) || !Collections.disjoint(sets, Liveness.read(before)) || !Collections.disjoint(sets, gives);
  }

  /** One place is always accessed in order. */
  private boolean isSamePlace(long[] state, int task, Instruction before, Instruction i) {
    StateField field = field(before);
    return field != null && field == field(i) && place(state, task, before) == place(state, task, i);
  }

  private int place(long[] state, int task, Instruction i) {
    StateField object = i.object();
    return object == null ? i.fixed() : layout.get(state, object, task) - 1;
  }

  private static @Nullable StateField field(Instruction i) {
    return switch (i.action()) {
      case INC_NOT_ZERO, DEC, ADD_FLAG, SUB_FLAG -> REFCNT;
      case SET_ANON -> ANON;
      case PREPARE_TO_RCUWAIT, FINISH_RCUWAIT -> WAITER;
      default -> i.field();
    };
  }

  /** Whether a local line has to wait for the step that its task has put off. */
  boolean holdsUp(long[] state, int task, Instruction local) {
    int line = line(state, task);
    return line >= 0 && (waitsFor(code[task][line], local) || hasGuessed(state, task) && !OF_REGISTERS.contains(local.action()));
  }

  /** A task sees its own stores: what looks at a field of the state waits for one. */
  private static boolean waitsFor(Instruction before, Instruction local) {
    boolean isFree = OF_REGISTERS.contains(local.action()) || OF_HOLDERS.contains(local.action()) || LOADS.contains(before.action()) && local.action() != Action.INIT;
    return !isFree || depends(before, local);
  }

  /** What putting a step off, or making it late, is called. */
  String text(long[] state, int task, Instruction next, int choice) {
    int line = line(state, task);
    if (line >= 0) {
      return "late: " + code[task][line].text();
    }
    int branch = branch(task, layout.get(state, PC, task));
    return branch < 0 ? "puts off: " + next.text() : "puts off: %s; %s%s".formatted(next.text(), choice == 0 ? "not " : "", code[task][branch].text());
  }
}
