package io.vmatrace.checker.steps;

import static io.vmatrace.checker.steps.StateField.*;

import io.vmatrace.checker.steps.StateField.Owner;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Runs one step of one task on a state, with the local lines after it. What it finds broken it keeps until it is asked. */
public final class StepMachine {
  /**
   * What differs between forms of the protocol beside their steps.
   *
   * @param delaysFrees whether a VMA's memory is free only when those in RCU have left it, as to 6.14
   * @param counts whether readers are counted in vm_refcnt, as from 6.15 on
   * @param limit how many references vm_refcnt may have
   * @param carries whether a reader may enter at the limit, and carries into the flag
   * @param alwaysMapped for each mm the pages that are mapped at all times, a bit for each
   * @param together for each mm the pages that leave the tree together
   * @param reorders whether steps may be put off behind later ones, as far as their orders allow it
   */
  public record Rules(boolean delaysFrees, boolean counts, int limit, boolean carries, List<Integer> alwaysMapped, List<Integer> together, boolean reorders) {
    public Rules {
      alwaysMapped = List.copyOf(alwaysMapped);
      together = List.copyOf(together);
    }
  }

  private static final int HAPPENED = 1;

  private final StateLayout layout;
  private final Instruction[][] code;
  private final Registers registers;
  private final VmaSteps vmas;
  private final TreeSteps trees;
  private final PageSteps pages;
  private final LocalLines locals;
  private final LockSteps locks;
  private final LateSteps late;

  /** By task and line: what stays of a state's words, because a register is read from there on or it is none. */
  private final long[][][] needed;

  /** @param code the program of each task */
  public StepMachine(StateLayout layout, List<List<Instruction>> code, Rules rules) {
    this.layout = layout;
    this.code = code.stream().map(of -> of.toArray(new Instruction[0])).toArray(Instruction[][]::new);
    vmas = new VmaSteps(layout, rules);
    trees = new TreeSteps(layout, rules);
    pages = new PageSteps(layout);
    registers = new Registers(layout, vmas);
    locals = new LocalLines(layout, registers, vmas, trees, pages);
    locks = new LockSteps(layout, registers);
    late = new LateSteps(layout, this.code, rules.reorders());
    needed = new long[code.size()][][];
    for (int task = 0; task < needed.length; task++) {
      needed[task] = needed(code.get(task), task);
    }
  }

  private long[][] needed(List<Instruction> of, int task) {
    List<Set<StateField>> live = Liveness.of(of);
    long[][] stays = new long[of.size() + 1][];
    for (int at = 0; at < stays.length; at++) {
      Set<StateField> dead = EnumSet.noneOf(StateField.class);
      for (StateField field : StateField.values()) {
        if (field.isRegister() && !live.get(at).contains(field)) {
          dead.add(field);
        }
      }
      stays[at] = layout.without(dead, task);
    }
    return stays;
  }

  /** Takes every task to its first step; to be called once, on the first state. */
  public void begin(long[] state) {
    for (int task = 0; task < code.length; task++) {
      local(state, task);
    }
  }

  /** Takes a task to a line, and on to its first step there; what is broken on the way, or null. */
  public @Nullable Broken goTo(long[] state, int task, int line) {
    registers.forget();
    layout.set(state, PC, task, line);
    local(state, task);
    return registers.broken();
  }

  /** Whether a task has no more steps. */
  public boolean isDone(long[] state, int task) {
    return isAtEnd(state, task) && late.line(state, task) < 0;
  }

  private boolean isAtEnd(long[] state, int task) {
    return layout.get(state, PC, task) >= code[task].length;
  }

  /** The step that a task is about to make; not of one that is done. */
  public Instruction next(long[] state, int task) {
    return code[task][isAtEnd(state, task) ? late.line(state, task) : layout.get(state, PC, task)];
  }

  /** What a task does in one of its ways: its next step, or that it puts it off, or makes the one that it has put off. */
  public String text(long[] state, int task, int choice) {
    return choice < ways(state, task) ? next(state, task).text() : late.text(state, task, next(state, task), choice - ways(state, task));
  }

  /** Whether a task has guessed what a step will give that it has put off: an order in which it cannot be right is none. */
  public boolean hasGuessed(long[] state, int task) {
    return late.hasGuessed(state, task);
  }

  /** In how many ways a task can make its next step; 0 while it waits or when it is done. */
  public int choices(long[] state, int task) {
    int ways = ways(state, task);
    int more = late.line(state, task) >= 0 ? isGuessRight(state, task) ? 1 : 0 : ways == 1 ? late.putOffs(state, task) : 0;
    return ways + more;
  }

  /** Whether the step that was put off may be made now: what it gives is what was guessed, if anything was. */
  private boolean isGuessRight(long[] state, int task) {
    if (!late.hasGuessed(state, task)) {
      return true;
    }
    long[] then = state.clone();
    shared(then, task, code[task][late.line(then, task)], 0);
    registers.forget();
    return late.isRight(then, task);
  }

  /** In how many ways it can make that step, and not another one that it has put off. */
  private int ways(long[] state, int task) {
    if (isAtEnd(state, task)) {
      return 0;
    }
    Instruction i = next(state, task);
    if (late.line(state, task) >= 0 && (i.action().isLocal() || !late.passes(state, task, i))) {
      return 0;
    }
    return switch (i.action()) {
      case DOWN_WRITE -> registers.isFree(state, i.fixed()) ? 1 : 0;
      case DOWN_READ -> layout.get(state, WRITER, i.fixed()) == 0 ? 1 : 0;
      case VMA_DOWN_WRITE -> layout.get(state, SEM_READERS, registers.vma(state, task, i)) == 0 ? 1 : 0;
      case VMA_DOWN_READ_TRYLOCK -> isAwaited(state, registers.vma(state, task, i)) ? 2 : 1;
      case SCHEDULE -> layout.get(state, WOKEN, task);
      case SCHEDULE_KILLABLE -> 1 + layout.get(state, WOKEN, task);
      case AWAIT_BORN -> layout.get(state, BORN, i.fixed()) == 0 ? 0 : 1;
      case ALLOC, ALLOC_STALE, DUP -> vmas.free(state);
      case TRY_ERASE -> 2;
      default -> 1;
    };
  }

  /** Whether a writer waits for a VMA's rw_semaphore: it may have said so by now, and then no reader is let in (kernel/locking/rwsem.c __down_read_trylock()). */
  private boolean isAwaited(long[] state, int vma) {
    for (int task = 0; task < code.length && layout.get(state, SEM_READERS, vma) != 0; task++) {
      Instruction i = isAtEnd(state, task) ? null : next(state, task);
      if (i != null && i.action() == Action.VMA_DOWN_WRITE && registers.vma(state, task, i) == vma) {
        return true;
      }
    }
    return false;
  }

  /** Whether a way is one that happens only to a task that is killed: nobody may count on it. */
  public boolean isKill(long[] state, int task, int choice) {
    return choice == 0 && late.line(state, task) < 0 && next(state, task).action() == Action.SCHEDULE_KILLABLE;
  }

  /**
   * Makes a task's next step.
   *
   * @param choice which of its ways, from 0
   * @return what is broken after it, or null
   */
  public @Nullable Broken step(long[] state, int task, int choice) {
    registers.forget();
    int ways = late.reorders() ? ways(state, task) : Integer.MAX_VALUE; // replay may make a step that waits
    if (choice < ways) {
      Instruction i = next(state, task);
      layout.set(state, PC, task, layout.get(state, PC, task) + 1);
      shared(state, task, i, choice);
    } else if (late.line(state, task) >= 0) {
      shared(state, task, code[task][late.line(state, task)], 0);
      late.made(state, task);
    } else {
      late.putOff(state, task, choice - ways);
    }
    local(state, task);
    return registers.broken();
  }

  /** Names that lines have noted, in all states so far. */
  public Set<String> notes() {
    return locals.notes();
  }

  /** How many tasks there are. */
  public int tasks() {
    return layout.count(Owner.TASK);
  }

  private void life(long[] state, int task, Instruction i) {
    if (!locks.ofLife(state, task, i)) {
      layout.set(state, PC, task, code[task].length);
    }
  }

  private int mm(long[] state, int task, Instruction i) {
    return registers.mm(state, task, i);
  }

  private void shared(long[] state, int task, Instruction i, int choice) {
    switch (i.action()) {
      case LOAD -> registers.load(state, task, i);
      case STORE -> registers.store(state, task, i);
      case ADD -> registers.add(state, task, i, i.value());
      case SUB -> registers.add(state, task, i, -i.value());
      case RCU_READ_LOCK -> layout.set(state, IN_RCU, task, 1);
      case RCU_READ_UNLOCK -> {
        layout.set(state, IN_RCU, task, 0);
        vmas.leftRcu(state, task);
        trees.leftRcu(state, task);
      }
      case INC_NOT_ZERO, DEC, ADD_FLAG, SUB_FLAG, VMA_DOWN_READ_TRYLOCK, VMA_DOWN_READ, VMA_UP_READ, VMA_DOWN_WRITE, VMA_UP_WRITE -> ofVma(state, task, i, choice);
      case DOWN_WRITE, DOWN_WRITE_KILLABLE, UP_WRITE, DOWNGRADE, DOWN_READ, DOWN_READ_TRYLOCK, UP_READ -> locks.ofMmapLock(state, task, i);
      case MAS_START, WALK, FIND, LOAD_NEXT, NEIGHBOUR, ERASE, TRY_ERASE, ERASE_VMA, FILL, STORE_VMA, DUP_TREE, CLEAR_TREE -> ofTree(state, task, i, choice);
      case ALLOC, ALLOC_STALE, DUP, FREE, FREE_NOW -> ofMemory(state, task, i, choice);
      case PREPARE_TO_RCUWAIT, SET_CURRENT_STATE, SCHEDULE, SCHEDULE_KILLABLE, FINISH_RCUWAIT, WAKE -> locks.ofSleep(state, task, i, choice);
      case MMGRAB, MMDROP, PUT_USER, BORN, AWAIT_BORN -> life(state, task, i);
      case SET_ANON -> registers.breaks(vmas.setAnon(state, registers.vma(state, task, i), task, i.value()));
      default -> ofPages(state, task, i);
    }
  }

  private void ofVma(long[] state, int task, Instruction i, int choice) {
    int vma = registers.vma(state, task, i);
    switch (i.action()) {
      case INC_NOT_ZERO -> registers.to(state, task, i, vmas.incNotZero(state, vma));
      case DEC -> {
        registers.breaks(vmas.dec(state, vma));
        registers.to(state, task, i, vmas.count(state, vma));
      }
      case ADD_FLAG -> {
        registers.breaks(vmas.flagThere(state, vma));
        registers.to(state, task, i, vmas.addFlag(state, vma));
      }
      case SUB_FLAG -> {
        registers.breaks(vmas.flagGone(state, vma));
        registers.to(state, task, i, vmas.subFlag(state, vma));
      }
      case VMA_DOWN_READ_TRYLOCK -> registers.to(state, task, i, choice == HAPPENED ? Word.REFUSED : vmas.tryRead(state, vma, task));
      case VMA_DOWN_READ -> registers.bit(state, SEM_READERS, vma, task, true);
      case VMA_UP_READ -> registers.bit(state, SEM_READERS, vma, task, false);
      case VMA_DOWN_WRITE -> layout.set(state, SEM_WRITER, vma, 1);
      default -> layout.set(state, SEM_WRITER, vma, 0);
    }
  }

  private void ofTree(long[] state, int task, Instruction i, int choice) {
    int mm = mm(state, task, i);
    int first = layout.get(state, R_FIRST, task);
    int last = layout.get(state, R_LAST, task);
    int operand = registers.operand(state, task, i);
    switch (i.action()) {
      case MAS_START -> trees.start(state, task);
      case WALK -> {
        registers.breaks(trees.walks(state, task));
        registers.to(state, task, i, trees.at(state, mm, layout.get(state, i.page(), task)));
      }
      case FIND -> {
        registers.breaks(trees.gap(state, mm, task));
        registers.to(state, task, i, trees.find(state, mm, task));
      }
      case LOAD_NEXT -> registers.to(state, task, i, trees.find(state, mm, task));
      case NEIGHBOUR -> registers.to(state, task, i, trees.at(state, mm, layout.get(state, START, operand - 1) - 1));
      case ERASE -> trees.fill(state, mm, first, last, 0);
      case TRY_ERASE -> {
        registers.to(state, task, i, choice == HAPPENED ? Word.GRANTED : Word.REFUSED);
        if (choice == HAPPENED) {
          trees.fill(state, mm, first, last, 0);
        }
      }
      case ERASE_VMA -> trees.fill(state, mm, layout.get(state, START, operand - 1), layout.get(state, LAST, operand - 1), 0);
      case FILL -> registers.breaks(trees.put(state, mm, task, operand, true));
      case STORE_VMA -> registers.breaks(trees.put(state, mm, task, operand, false));
      case DUP_TREE -> trees.duplicate(state, mm, operand - 1);
      default -> trees.fill(state, mm, 0, layout.pages() - 1, 0);
    }
  }

  private void ofMemory(long[] state, int task, Instruction i, int choice) {
    switch (i.action()) {
      case ALLOC -> registers.to(state, task, i, 1 + vmas.alloc(state, choice, mm(state, task, i), layout.get(state, R_FIRST, task), layout.get(state, R_LAST, task)));
      case ALLOC_STALE -> registers.to(state, task, i, 1 + vmas.allocStale(state, choice));
      case DUP -> registers.to(state, task, i, 1 + vmas.duplicate(state, choice, registers.vma(state, task, i)));
      default -> {
        int vma = registers.vma(state, task, i);
        registers.breaks(vmas.release(state, vma, i.action() == Action.FREE));
        registers.breaks(trees.notThere(state, vma));
      }
    }
  }

  private void ofPages(long[] state, int task, Instruction i) {
    int operand = registers.operand(state, task, i);
    int page = layout.get(state, i.page(), task);
    switch (i.action()) {
      case ZAP -> {
        registers.breaks(vmas.alive(state, layout.get(state, R_LIST, task)));
        pages.zap(state, mm(state, task, i), task);
      }
      case ZAP_PAGE -> registers.breaks(pages.zap(state, mm(state, task, i), page, operand - 1));
      case FREE_PGTABLES -> registers.breaks(pages.freeTables(state, mm(state, task, i), task));
      case SET_PTE, SET_PTE_MISSING, SET_PTE_WRITE, SET_PTE_UFFD -> registers.breaks(pages.set(state, i.action(), mm(state, task, i), page, operand - 1));
      case MOVE_PAGES -> registers.breaks(pages.move(state, mm(state, task, i), task, operand - 1));
      case MOVE_PTE -> registers.breaks(pages.move(state, mm(state, task, i), page, operand, registers.isHeld(state, task) || (layout.get(state, READERS, mm(state, task, i)) >> task & 1) != 0));
      case COPY_PAGES -> pages.copy(state, registers.vma(state, task, i), operand - 1);
      case CHANGE_PROTECTION -> pages.protect(state, mm(state, task, i), task);
      case RECLAIM_TABLE -> pages.reclaim(state, mm(state, task, i), page);
      case LOAD_TABLE -> registers.to(state, task, i, pages.table(state, mm(state, task, i), page));
      case COLLAPSE -> registers.breaks(pages.collapse(state, mm(state, task, i), page, operand - 1));
      default -> throw new IllegalStateException("no shared step: " + i.text());
    }
  }

  /** The local lines that follow. */
  private void local(long[] state, int task) {
    Instruction[] lines = code[task];
    for (int pc = layout.get(state, PC, task), made = 0; ; ) {
      if (pc >= lines.length || !lines[pc].action().isLocal() || late.holdsUp(state, task, lines[pc])) {
        layout.set(state, PC, task, pc);
        if (late.line(state, task) >= 0) {
          return; // it still needs its registers
        }
        long[] stays = needed[task][pc];
        for (int word = 0; word < stays.length; word++) {
          state[word] &= stays[word];
        }
        return;
      }
      pc = locals.run(state, task, lines[pc], made++) ? lines[pc].target() : pc + 1;
    }
  }
}
