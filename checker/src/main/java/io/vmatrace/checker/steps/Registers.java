package io.vmatrace.checker.steps;

import static io.vmatrace.checker.steps.StateField.*;

import io.vmatrace.checker.steps.StateField.Owner;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the words of a line stand for in a state, and what is broken after a step. */
final class Registers {
  /** What a reader that has a VMA locked may rely on. */
  private static final Set<StateField> STABLE = EnumSet.of(START, LAST, WRITABLE, UFFD, ANON, POLICY, VM_MM);

  private static final int MOST_INSIDE = 7;

  private final StateLayout layout;
  private final VmaSteps vmas;
  private @Nullable Broken broken;

  Registers(StateLayout layout, VmaSteps vmas) {
    this.layout = layout;
    this.vmas = vmas;
  }

  void forget() {
    broken = null;
  }

  @Nullable Broken broken() {
    return broken;
  }

  void breaks(@Nullable Broken by) {
    if (broken == null) {
      broken = by;
    }
  }

  /** The mm that an instruction is about; -1 for none. */
  int mm(long[] state, int task, Instruction i) {
    StateField object = i.object();
    int mm = object == null ? i.fixed() : layout.get(state, object, task) - 1;
    if (mm >= 0 && layout.get(state, MM_FREED, mm) == 1) {
      breaks(new Broken("mm-used-after-free", "%s touches an mm that is freed".formatted(i.text())));
    }
    return mm;
  }

  /** The VMA that an instruction is about. */
  int vma(long[] state, int task, Instruction i) {
    int vma = layout.get(state, Objects.requireNonNull(i.object(), "of a VMA"), task) - 1;
    breaks(vmas.use(state, vma, i));
    return vma;
  }

  int operand(long[] state, int task, Instruction i) {
    StateField operand = i.operand();
    return operand == null ? i.value() : layout.get(state, operand, task);
  }

  void to(long[] state, int task, Instruction i, int value) {
    StateField to = i.to();
    if (to != null) {
      layout.set(state, to, task, value);
    }
  }

  void bit(long[] state, StateField field, int object, int bit, boolean on) {
    int bits = layout.get(state, field, object);
    layout.set(state, field, object, on ? bits | 1 << bit : bits & ~(1 << bit));
  }

  private int place(long[] state, int task, Instruction i) {
    return field(i).owner() == Owner.MM ? mm(state, task, i) : vma(state, task, i);
  }

  private static StateField field(Instruction i) {
    return Objects.requireNonNull(i.field(), "a field");
  }

  void load(long[] state, int task, Instruction i) {
    int of = place(state, task, i);
    to(state, task, i, field(i) == REFCNT ? vmas.count(state, of) : layout.get(state, field(i), of));
  }

  /** A step's store, that others can tell. */
  void store(long[] state, int task, Instruction i) {
    int of = place(state, task, i);
    if (STABLE.contains(field(i))) {
      breaks(vmas.changes(state, of));
    }
    init(state, task, i);
  }

  /** A store that nobody can see yet. */
  void init(long[] state, int task, Instruction i) {
    int of = place(state, task, i);
    if (field(i) == REFCNT) {
      layout.set(state, FLAG, of, 0);
    }
    layout.set(state, field(i), of, operand(state, task, i));
  }

  void add(long[] state, int task, Instruction i, int value) {
    int of = place(state, task, i);
    int sum = layout.get(state, field(i), of) + value;
    if (field(i) == SEQ && sum >= Word.NEVER_LOCKED) {
      throw new IllegalStateException("too many write sections of one mm");
    }
    if (field(i) == INSIDE && (sum < 0 || sum > MOST_INSIDE)) {
      breaks(new Broken("readers-miscounted", "the readers inside are %d".formatted(sum)));
      return;
    }
    layout.set(state, field(i), of, sum);
  }

  /** Whether nobody holds an mmap_lock. */
  boolean isFree(long[] state, int mm) {
    return layout.get(state, WRITER, mm) == 0 && layout.get(state, READERS, mm) == 0;
  }

  /** Whether a task holds both VMAs that it has found. */
  boolean isHeld(long[] state, int task) {
    int vma = layout.get(state, R_VMA, task) - 1;
    int other = layout.get(state, R_OTHER, task) - 1;
    return (layout.get(state, HOLDERS, vma) >> task & 1) != 0 && (other < 0 || (layout.get(state, HOLDERS, other) >> task & 1) != 0);
  }

  void wake(long[] state, int mm) {
    int waiter = mm < 0 ? 0 : layout.get(state, WAITER, mm);
    if (waiter > 0) {
      layout.set(state, WOKEN, waiter - 1, 1);
    }
  }

  void drop(long[] state, int mm) {
    int count = layout.get(state, COUNT, mm) - 1;
    layout.set(state, COUNT, mm, Math.max(0, count));
    if (count == 0) {
      layout.set(state, MM_FREED, mm, 1);
    }
  }
}
