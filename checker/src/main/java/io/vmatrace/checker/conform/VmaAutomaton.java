package io.vmatrace.checker.conform;

import io.vmatrace.checker.conform.FollowedCode.Body;
import io.vmatrace.checker.conform.FollowedCode.Place;
import io.vmatrace.checker.steps.Action;
import io.vmatrace.checker.steps.Design;
import io.vmatrace.checker.steps.FieldsUsed;
import io.vmatrace.checker.steps.Instruction;
import io.vmatrace.checker.steps.ProtocolText;
import io.vmatrace.checker.steps.StateField;
import io.vmatrace.checker.steps.StateLayout;
import io.vmatrace.checker.steps.StepMachine;
import io.vmatrace.checker.steps.StepMachine.Rules;
import io.vmatrace.checker.steps.StepTable;
import io.vmatrace.checker.steps.Word;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** One VMA and a few tasks, under a design: which states steps without an event lead to, and which an event does. */
final class VmaAutomaton {
  /** How many tasks there may be at one VMA. */
  static final int SLOTS = 4;

  /** Steps that nobody can tell here: of RCU, of what waits (a task that waits may look again at any time), and of mm_count. */
  private static final Set<Action> UNSEEN =
      EnumSet.of(
          Action.RCU_READ_LOCK, Action.RCU_READ_UNLOCK, Action.MAS_START, Action.PREPARE_TO_RCUWAIT, Action.SET_CURRENT_STATE, Action.SCHEDULE, Action.FINISH_RCUWAIT, Action.WAKE,
          Action.MMGRAB, Action.MMDROP);

  private static final int MOST_REFERENCES = 7;
  private static final int MOST_OUTSIDERS = 2;
  private static final int ALLOCATED = 1;

  final FollowedCode code;

  /** What becomes of faults that get their VMA. */
  final FaultHandler handler;

  final StateLayout layout;

  /** Whether readers are counted in vm_refcnt. */
  final boolean counts;

  /** Whether VMAs are write-locked without an event. */
  final boolean locksSilently;

  private final StepMachine machine;
  private final boolean delaysFrees;
  private final boolean isSeqcount;

  VmaAutomaton(Design design) {
    StepTable table = design.table().with(ProtocolText.lines("followed.txt"));
    code = new FollowedCode(design, table);
    handler = new FaultHandler(design, table);
    counts = design.has("vmalock") && !design.has("rwsem");
    delaysFrees = design.has("rcu-delay");
    isSeqcount = design.has("seqcount");
    locksSilently = design.has("vmalock") && !code.has(Point.STARTS_WRITE);
    List<List<Instruction>> tasks = Collections.nCopies(SLOTS, code.code);
    Set<StateField> used = FieldsUsed.of(tasks, delaysFrees);
    used.addAll(List.of(StateField.SEEN, StateField.OUTSIDERS, StateField.CHARGED));
    layout = new StateLayout(new StateLayout.Sizes(1, 1, 1, SLOTS, code.code.size()), used);
    machine = new StepMachine(layout, tasks, new Rules(delaysFrees, counts, MOST_REFERENCES, false, List.of(0), List.of(0), false));
  }

  int get(long[] state, StateField field) {
    return layout.has(field) ? layout.get(state, field, 0) : 0;
  }

  void set(long[] state, StateField field, int value) {
    if (layout.has(field)) {
      layout.set(state, field, 0, value);
    }
  }

  int line(long[] state, int slot) {
    return layout.get(state, StateField.PC, slot);
  }

  boolean isAt(long[] state, int slot, Place place) {
    return line(state, slot) == code.menus[place.ordinal()];
  }

  boolean isAtAMenu(long[] state, int slot) {
    return code.code.get(line(state, slot)).action() == Action.MENU;
  }

  /** All that may be known of nothing: a VMA that is attached, with or without readers, or detached. */
  void unknown(States into) {
    for (int references = 0; references <= 1 + MOST_OUTSIDERS; references++) {
      for (int tree = 0; tree <= 1; tree++) {
        for (int flagged = 0; flagged <= (counts ? 0 : 1); flagged++) {
          long[] state = blank();
          set(state, StateField.TREE, tree);
          set(state, StateField.DETACHED, flagged);
          if (counts) {
            set(state, StateField.REFCNT, references);
            set(state, StateField.OUTSIDERS, Math.max(0, references - 1));
          }
          into.add(state);
        }
      }
    }
  }

  private long[] blank() {
    long[] state = new long[layout.words()];
    set(state, StateField.LIVE, ALLOCATED);
    set(state, StateField.VM_MM, 1);
    set(state, StateField.LOCK_SEQ, Word.NEVER_LOCKED);
    return state;
  }

  /** vm_area_alloc(), vm_area_dup(): a VMA that nobody has, though tasks may still look at its memory; those of some slots are out of it. */
  void born(long[] state, int left) {
    for (int slot = 0; slot < SLOTS; slot++) {
      if ((left >> slot & 1) != 0) {
        goTo(state, slot, code.menus[Place.IDLE.ordinal()]);
      }
    }
    set(state, StateField.WRITER, 0);
    set(state, StateField.READERS, 0);
    set(state, StateField.SEQ, 0);
    set(state, StateField.LIVE, ALLOCATED);
    set(state, StateField.LOCK_SEQ, Word.NEVER_LOCKED);
    set(state, StateField.REFCNT, 0);
    set(state, StateField.FLAG, 0);
    set(state, StateField.OUTSIDERS, 0);
    set(state, StateField.DETACHED, 0);
    set(state, StateField.HOLDERS, 0);
    set(state, StateField.TREE, 0);
  }

  /** The task holds the mmap_lock for writing, and did so before anything was seen. */
  void inSection(long[] state, int slot, States into) {
    set(state, StateField.WRITER, slot + 1);
    set(state, StateField.SEQ, isSeqcount ? 1 : 0);
    layout.set(state, StateField.PC, slot, code.menus[Place.WRITER.ordinal()]);
    into.add(state);
    if (layout.has(StateField.LOCK_SEQ) && get(state, StateField.HOLDERS) == 0) {
      set(state, StateField.LOCK_SEQ, get(state, StateField.SEQ));
      into.add(state);
    }
  }

  /** Takes a task to a line, and on to a step that others can tell. Whether that is allowed. */
  boolean goTo(long[] state, int slot, int line) {
    return machine.goTo(state, slot, line) == null && settle(state, slot);
  }

  /** Goes past what nobody can tell, and forgets what makes no difference. */
  private boolean settle(long[] state, int slot) {
    while (isUnseen(code.code.get(line(state, slot)))) {
      if (machine.step(state, slot, 0) != null) {
        return false;
      }
    }
    for (int task = 0; task < SLOTS && layout.has(StateField.WOKEN); task++) {
      layout.set(state, StateField.WOKEN, task, 0);
    }
    set(state, StateField.WAITER, 0);
    sequence(state);
    return true;
  }

  private static boolean isUnseen(Instruction i) {
    return UNSEEN.contains(i.action()) || i.action() == Action.LOAD && i.field() == StateField.VM_MM;
  }

  /** Of mm_lock_seq only its parity counts, and what equals it: an older number equals no later one. */
  private void sequence(long[] state) {
    int seq = get(state, StateField.SEQ);
    int now = isSeqcount ? seq % 2 : 0;
    if (layout.has(StateField.LOCK_SEQ)) {
      set(state, StateField.LOCK_SEQ, renamed(get(state, StateField.LOCK_SEQ), seq, now));
    }
    if (seq == now) {
      return;
    }
    set(state, StateField.SEQ, now);
    for (int task = 0; task < SLOTS; task++) {
      for (StateField register : List.of(StateField.R_A, StateField.R_B)) {
        if (layout.has(register)) {
          layout.set(state, register, task, renamed(layout.get(state, register, task), seq, now));
        }
      }
    }
  }

  private static int renamed(int number, int seq, int now) {
    return number == seq ? now : Word.NEVER_LOCKED;
  }

  /** Adds what one step without an event leads to. */
  void silentSteps(long[] state, boolean strangers, States into) {
    for (int slot = 0; slot < SLOTS; slot++) {
      silentSteps(state, slot, into);
    }
    if (counts) {
      outsiders(state, strangers, into);
    }
  }

  /** The same of one task. */
  void silentSteps(long[] state, int slot, States into) {
    int line = line(state, slot);
    Instruction i = code.code.get(line);
    switch (i.action()) {
      case MENU -> {
        for (Body body : code.bodies) {
          if (body.silent() && isAt(state, slot, body.from())) {
            to(state.clone(), slot, body.line(), into);
          }
        }
      }
      case EVENT -> {}
      case EITHER -> {
        to(state.clone(), slot, line + 1, into);
        to(state.clone(), slot, i.target(), into);
      }
      case SEES_COUNT, SEES_SEQS -> sees(state, slot, i, into);
      default -> {
        int has = i.field() == StateField.ANON ? 1 : 0; // whether a VMA has an anon_vma is not known here
        for (int anon = 0; anon <= has; anon++) {
          makes(state, slot, anon, into);
        }
      }
    }
  }

  private void makes(long[] state, int slot, int anon, States into) {
    int choices = machine.choices(state, slot);
    for (int choice = 0; choice < choices; choice++) {
      long[] next = state.clone();
      set(next, StateField.ANON, anon);
      if (machine.step(next, slot, choice) == null && settle(next, slot)) {
        set(next, StateField.ANON, 0);
        into.add(next);
      }
    }
  }

  private void to(long[] state, int slot, int line, States into) {
    if (goTo(state, slot, line)) {
      into.add(state);
    }
  }

  private void sees(long[] state, int slot, Instruction i, States into) {
    int seen = layout.get(state, StateField.SEEN, slot);
    boolean isCount = i.action() == Action.SEES_COUNT;
    boolean fits =
        isCount
            ? SeenValues.fitsCount(seen, get(state, StateField.REFCNT), get(state, StateField.FLAG))
            : SeenValues.fitsSeqs(seen, get(state, StateField.LOCK_SEQ) == get(state, StateField.SEQ), get(state, StateField.DETACHED) == 1);
    if (fits) {
      long[] next = state.clone();
      layout.set(next, StateField.SEEN, slot, seen & ~(isCount ? SeenValues.COUNT_MASK : SeenValues.SEQS_MASK));
      to(next, slot, line(state, slot) + 1, into);
    }
  }

  /** A task of which no event is takes a reference, as a look-up does, or gives one back. */
  private void outsiders(long[] state, boolean strangers, States into) {
    int references = get(state, StateField.REFCNT);
    int outsiders = get(state, StateField.OUTSIDERS);
    if (outsiders < MOST_OUTSIDERS && references > 0 && references < SeenValues.MOST && get(state, StateField.FLAG) == 0) {
      long[] next = state.clone();
      set(next, StateField.REFCNT, references + 1);
      set(next, StateField.OUTSIDERS, outsiders + 1);
      if (!strangers) {
        set(next, StateField.CHARGED, 1);
      }
      into.add(next);
    }
    if (outsiders > 0 && references > 0) {
      long[] next = state.clone();
      set(next, StateField.REFCNT, references - 1);
      set(next, StateField.OUTSIDERS, outsiders - 1);
      into.add(next);
    }
  }

  /** Takes a task past an event that it stands at. */
  void pass(long[] state, int slot, int seen, States into) {
    int looks = 0;
    int next = line(state, slot) + 1;
    for (int at = next; at < next + 3 && at < code.code.size(); at++) { // DOWN_READ may come before
      Action action = code.code.get(at).action();
      looks |= action == Action.SEES_COUNT ? SeenValues.COUNT_MASK : action == Action.SEES_SEQS ? SeenValues.SEQS_MASK : 0;
    }
    layout.set(state, StateField.SEEN, slot, seen & looks);
    to(state, slot, next, into);
  }

  /** The VMA in a state, for a person. */
  String describe(long[] state) {
    StringBuilder text = new StringBuilder();
    if (counts) {
      text.append(get(state, StateField.FLAG) == 1 ? "vm_refcnt FLAG+" : "vm_refcnt ").append(get(state, StateField.REFCNT));
    } else if (get(state, StateField.DETACHED) == 1) {
      text.append("detached");
    } else {
      text.append("attached");
    }
    if (layout.has(StateField.LOCK_SEQ) && get(state, StateField.LOCK_SEQ) == get(state, StateField.SEQ)) {
      text.append(" write-locked");
    }
    return text.toString();
  }
}
