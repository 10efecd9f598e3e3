package io.vmatrace.checker.steps;

import static io.vmatrace.checker.steps.StateField.*;

import io.vmatrace.checker.steps.StateField.Owner;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Runs one step of one task on a state, with the local lines after it. What it finds broken it keeps until it is asked. */
public final class StepMachine {
  private final StateLayout layout;
  private final Instruction[][] code;
  private final VmaSteps vmas;
  private final TreeSteps trees;
  private final Set<String> notes = new HashSet<>();
  private @Nullable Broken broken;

  /**
   * @param code the program of each task
   * @param delaysFrees whether a VMA's memory is free only when those in RCU have left it, as to 6.14
   * @param counts whether readers are counted in vm_refcnt, as from 6.15 on
   * @param alwaysMapped for each mm the pages that are mapped at all times, a bit for each
   */
  public StepMachine(StateLayout layout, List<List<Instruction>> code, boolean delaysFrees, boolean counts, int[] alwaysMapped) {
    this.layout = layout;
    this.code = code.stream().map(of -> of.toArray(new Instruction[0])).toArray(Instruction[][]::new);
    vmas = new VmaSteps(layout, delaysFrees, counts);
    trees = new TreeSteps(layout, alwaysMapped);
  }

  /** Takes every task to its first step; to be called once, on the first state. */
  public void begin(long[] state) {
    for (int task = 0; task < code.length; task++) {
      local(state, task);
    }
  }

  /** Whether a task has no more steps. */
  public boolean isDone(long[] state, int task) {
    return layout.get(state, PC, task) >= code[task].length;
  }

  /** The step that a task is about to make; not of one that is done. */
  public Instruction next(long[] state, int task) {
    return code[task][layout.get(state, PC, task)];
  }

  /** In how many ways a task can make its next step; 0 while it waits or when it is done. */
  public int choices(long[] state, int task) {
    if (isDone(state, task)) {
      return 0;
    }
    Instruction i = next(state, task);
    return switch (i.action()) {
      case DOWN_WRITE -> layout.get(state, WRITER, mm(state, task, i)) == 0 && layout.get(state, READERS, mm(state, task, i)) == 0 ? 1 : 0;
      case DOWN_READ -> layout.get(state, WRITER, mm(state, task, i)) == 0 ? 1 : 0;
      case VMA_DOWN_WRITE -> layout.get(state, SEM_READERS, vma(state, task, i)) == 0 ? 1 : 0;
      case SCHEDULE -> layout.get(state, WOKEN, task);
      case ALLOC -> vmas.free(state);
      default -> 1;
    };
  }

  /**
   * Makes a task's next step.
   *
   * @param choice which of its ways, from 0
   * @return what is broken after it, or null
   */
  public @Nullable Broken step(long[] state, int task, int choice) {
    broken = null;
    Instruction i = next(state, task);
    layout.set(state, PC, task, layout.get(state, PC, task) + 1);
    shared(state, task, i, choice);
    local(state, task);
    return broken;
  }

  /** Names that lines have noted, in all states so far. */
  public Set<String> notes() {
    return notes;
  }

  private void breaks(@Nullable Broken by) {
    if (broken == null) {
      broken = by;
    }
  }

  private int get(long[] state, StateField field, int object) {
    return layout.get(state, field, object);
  }

  private void set(long[] state, StateField field, int object, int value) {
    layout.set(state, field, object, value);
  }

  private int mm(long[] state, int task, Instruction i) {
    StateField object = i.object();
    int mm = object == null ? i.fixed() : get(state, object, task) - 1;
    if (mm >= 0 && get(state, MM_FREED, mm) == 1) {
      breaks(new Broken("mm-used-after-free", "%s touches an mm that is freed".formatted(i.text())));
    }
    return mm;
  }

  /** The VMA that an instruction is about. */
  private int vma(long[] state, int task, Instruction i) {
    int vma = get(state, Objects.requireNonNull(i.object(), "of a VMA"), task) - 1;
    breaks(vmas.use(state, vma, i));
    return vma;
  }

  private int operand(long[] state, int task, Instruction i) {
    StateField operand = i.operand();
    return operand == null ? i.value() : get(state, operand, task);
  }

  private void to(long[] state, int task, Instruction i, int value) {
    StateField to = i.to();
    if (to != null) {
      set(state, to, task, value);
    }
  }

  private void shared(long[] state, int task, Instruction i, int choice) {
    switch (i.action()) {
      case LOAD -> load(state, task, i);
      case STORE -> store(state, task, i);
      case ADD -> {
        int mm = mm(state, task, i);
        set(state, SEQ, mm, get(state, SEQ, mm) + i.value());
      }
      case INC_NOT_ZERO -> to(state, task, i, vmas.incNotZero(state, vma(state, task, i)));
      case DEC -> {
        int vma = vma(state, task, i);
        breaks(vmas.dec(state, vma));
        to(state, task, i, vmas.count(state, vma));
      }
      case ADD_FLAG -> {
        int vma = vma(state, task, i);
        breaks(vmas.flagThere(state, vma));
        to(state, task, i, vmas.addFlag(state, vma));
      }
      case SUB_FLAG -> to(state, task, i, vmas.subFlag(state, vma(state, task, i)));
      case DOWN_WRITE -> set(state, WRITER, mm(state, task, i), task + 1);
      case UP_WRITE -> set(state, WRITER, mm(state, task, i), 0);
      case DOWNGRADE -> {
        set(state, WRITER, mm(state, task, i), 0);
        bit(state, READERS, mm(state, task, i), task, true);
      }
      case DOWN_READ -> bit(state, READERS, mm(state, task, i), task, true);
      case UP_READ -> bit(state, READERS, mm(state, task, i), task, false);
      case VMA_DOWN_READ_TRYLOCK -> to(state, task, i, vmas.tryRead(state, vma(state, task, i), task));
      case VMA_UP_READ -> bit(state, SEM_READERS, vma(state, task, i), task, false);
      case VMA_DOWN_WRITE -> set(state, SEM_WRITER, vma(state, task, i), 1);
      case VMA_UP_WRITE -> set(state, SEM_WRITER, vma(state, task, i), 0);
      case RCU_READ_LOCK -> set(state, IN_RCU, task, 1);
      case RCU_READ_UNLOCK -> {
        set(state, IN_RCU, task, 0);
        vmas.leftRcu(state, task);
      }
      case WALK -> to(state, task, i, trees.at(state, mm(state, task, i), get(state, R_FIRST, task)));
      case FIND -> to(state, task, i, trees.find(state, mm(state, task, i), task, this::breaks));
      case LOAD_NEXT -> to(state, task, i, trees.next(state, mm(state, task, i), task));
      case ERASE -> trees.fill(state, mm(state, task, i), get(state, R_FIRST, task), get(state, R_LAST, task), 0);
      case ERASE_VMA -> {
        int vma = operand(state, task, i) - 1;
        trees.fill(state, mm(state, task, i), get(state, START, vma), get(state, LAST, vma), 0);
      }
      case FILL -> breaks(trees.put(state, mm(state, task, i), task, operand(state, task, i)));
      case ALLOC -> to(state, task, i, vmas.alloc(state, choice, mm(state, task, i), get(state, R_FIRST, task), get(state, R_LAST, task)) + 1);
      case FREE -> {
        int vma = vma(state, task, i);
        breaks(vmas.release(state, vma));
        breaks(trees.notThere(state, vma));
      }
      case ZAP -> trees.zap(state, mm(state, task, i), task);
      case FREE_PGTABLES -> breaks(trees.freeTables(state, mm(state, task, i), task));
      case SET_PTE -> breaks(trees.setPte(state, mm(state, task, i), task, operand(state, task, i) - 1));
      case PREPARE_TO_RCUWAIT -> set(state, WAITER, mm(state, task, i), task + 1);
      case SET_CURRENT_STATE -> set(state, WOKEN, task, 0);
      case SCHEDULE -> set(state, WOKEN, task, 0);
      case FINISH_RCUWAIT -> set(state, WAITER, mm(state, task, i), 0);
      case WAKE -> wake(state, mm(state, task, i));
      case MMGRAB -> {
        int mm = mm(state, task, i);
        set(state, COUNT, mm, get(state, COUNT, mm) + 1);
      }
      case MMDROP -> drop(state, mm(state, task, i));
      case PUT_USER -> {
        int mm = mm(state, task, i);
        set(state, USERS, mm, get(state, USERS, mm) - 1);
        to(state, task, i, get(state, USERS, mm) == 0 ? Word.ZERO : Word.OTHER);
      }
      default -> throw new IllegalStateException("no shared step: " + i.text());
    }
  }

  private void bit(long[] state, StateField field, int object, int bit, boolean on) {
    int bits = get(state, field, object);
    set(state, field, object, on ? bits | 1 << bit : bits & ~(1 << bit));
  }

  private void load(long[] state, int task, Instruction i) {
    if (i.field() == SEQ) {
      to(state, task, i, get(state, SEQ, mm(state, task, i)));
    } else if (i.field() == REFCNT) {
      to(state, task, i, vmas.count(state, vma(state, task, i)));
    } else {
      to(state, task, i, get(state, Objects.requireNonNull(i.field(), "a field"), vma(state, task, i)));
    }
  }

  private void store(long[] state, int task, Instruction i) {
    int vma = vma(state, task, i);
    if (i.field() == REFCNT) {
      set(state, FLAG, vma, 0);
    }
    set(state, Objects.requireNonNull(i.field(), "a field"), vma, operand(state, task, i));
  }

  private void wake(long[] state, int mm) {
    int waiter = mm < 0 ? 0 : get(state, WAITER, mm);
    if (waiter > 0) {
      set(state, WOKEN, waiter - 1, 1);
    }
  }

  private void drop(long[] state, int mm) {
    int count = get(state, COUNT, mm) - 1;
    set(state, COUNT, mm, Math.max(0, count));
    if (count == 0) {
      set(state, MM_FREED, mm, 1);
    }
  }

  /** The local lines that follow. */
  private void local(long[] state, int task) {
    Instruction[] lines = code[task];
    for (int pc = get(state, PC, task); ; ) {
      if (pc >= lines.length || !lines[pc].action().isLocal()) {
        set(state, PC, task, pc);
        return;
      }
      pc = local(state, task, lines[pc]) ? lines[pc].target() : pc + 1;
    }
  }

  /** Makes a local line; whether it goes on at its target. */
  private boolean local(long[] state, int task, Instruction i) {
    switch (i.action()) {
      case STABLE -> load(state, task, i);
      case SET, CLEAR -> to(state, task, i, operand(state, task, i));
      case IF -> {
        return compare(state, task, i);
      }
      case GOTO -> {
        return true;
      }
      case NOTE -> notes.add(i.text());
      case GRANT -> {
        int vma = vma(state, task, i);
        bit(state, HOLDERS, vma, task, true);
        breaks(vmas.notWriteLocked(state, vma));
      }
      case UNGRANT -> bit(state, HOLDERS, vma(state, task, i), task, false);
      case IN_SECTION -> breaks(get(state, SEQ, i.fixed()) % 2 == 1 ? null : new Broken("even-inside", "mm_lock_seq is even inside of a write section"));
      case WRITE_LOCKED -> breaks(vmas.writeLocked(state, vma(state, task, i)));
      case NO_WRITE_LOCKS -> breaks(vmas.noWriteLocks(state, i.fixed()));
      case NOTE_UNLESS_MAPPED -> {
        if (trees.at(state, i.fixed(), get(state, R_FIRST, task)) != operand(state, task, i)) {
          notes.add("page_where_tree_has_nothing");
        }
      }
      case NO_READER -> breaks(vmas.noReader(state, vma(state, task, i)));
      case DETACHED_AND_UNUSED -> breaks(vmas.detachedAndUnused(state, vma(state, task, i)));
      case LIST -> {
        set(state, R_LIST, task, trees.list(state, i.fixed(), task));
        set(state, R_TODO, task, get(state, R_LIST, task));
      }
      case AGAIN_LIST -> set(state, R_TODO, task, get(state, R_LIST, task));
      case PICK -> {
        int vma = vmas.lowest(state, get(state, R_TODO, task));
        to(state, task, i, vma + 1);
        if (vma >= 0) {
          bit(state, R_TODO, task, vma, false);
        }
        return vma < 0;
      }
      case ADVANCE -> advance(state, task, i);
      case IF_OUTSIDE -> {
        int vma = vma(state, task, i);
        int page = get(state, R_FIRST, task);
        return page < get(state, START, vma) || page > get(state, LAST, vma);
      }
      case IF_ENDS_BEFORE -> {
        return get(state, LAST, vma(state, task, i)) < get(state, R_FIRST, task);
      }
      case IF_STARTS_AT_OR_BEFORE -> {
        return get(state, START, vma(state, task, i)) <= get(state, R_FIRST, task);
      }
      default -> throw new IllegalStateException("no local line: " + i.text());
    }
    return false;
  }

  private boolean compare(long[] state, int task, Instruction i) {
    int left = get(state, Objects.requireNonNull(i.to(), "a register"), task);
    int right = operand(state, task, i);
    return switch (i.comparison()) {
      case "==" -> left == right;
      case "!=" -> left != right;
      case "<=" -> left <= right;
      default -> throw new IllegalStateException("no comparison: " + i.text());
    };
  }

  /** A walk goes on behind a VMA. */
  private void advance(long[] state, int task, Instruction i) {
    int vma = get(state, Objects.requireNonNull(i.object(), "of a VMA"), task) - 1;
    if (vma >= 0) {
      set(state, R_FIRST, task, Math.min(layout.pages(), Math.max(get(state, R_FIRST, task), get(state, LAST, vma) + 1)));
    }
  }

  /** How many tasks there are. */
  public int tasks() {
    return layout.count(Owner.TASK);
  }
}
