package io.vmatrace.checker.steps;

import static io.vmatrace.checker.steps.StateField.*;

/** What steps do to the mmap_lock, to who waits for readers, and to the life of an mm. */
final class LockSteps {
  private static final int HAPPENED = 1;

  private final StateLayout layout;
  private final Registers registers;

  LockSteps(StateLayout layout, Registers registers) {
    this.layout = layout;
    this.registers = registers;
  }

  /** The mmap_lock. */
  void ofMmapLock(long[] state, int task, Instruction i) {
    int mm = registers.mm(state, task, i);
    boolean isFree = i.action() == Action.DOWN_READ_TRYLOCK ? layout.get(state, WRITER, mm) == 0 : registers.isFree(state, mm);
    switch (i.action()) {
      case DOWN_WRITE -> layout.set(state, WRITER, mm, task + 1);
      case DOWN_WRITE_KILLABLE -> {
        registers.to(state, task, i, isFree ? Word.GRANTED : Word.REFUSED); // killed while it waits
        if (isFree) {
          layout.set(state, WRITER, mm, task + 1);
        }
      }
      case UP_WRITE -> layout.set(state, WRITER, mm, 0);
      case DOWNGRADE -> {
        layout.set(state, WRITER, mm, 0);
        registers.bit(state, READERS, mm, task, true);
      }
      case DOWN_READ_TRYLOCK -> {
        registers.to(state, task, i, isFree ? Word.GRANTED : Word.REFUSED);
        registers.bit(state, READERS, mm, task, isFree);
      }
      case DOWN_READ -> registers.bit(state, READERS, mm, task, true);
      default -> registers.bit(state, READERS, mm, task, false);
    }
  }

  /** vma_writer_wait, and who sleeps there. */
  void ofSleep(long[] state, int task, Instruction i, int choice) {
    switch (i.action()) {
      case PREPARE_TO_RCUWAIT -> layout.set(state, WAITER, registers.mm(state, task, i), task + 1);
      case FINISH_RCUWAIT -> layout.set(state, WAITER, registers.mm(state, task, i), 0);
      case WAKE -> registers.wake(state, registers.mm(state, task, i));
      case SCHEDULE_KILLABLE -> {
        registers.to(state, task, i, choice == HAPPENED ? Word.GRANTED : Word.REFUSED);
        layout.set(state, WOKEN, task, 0);
      }
      default -> layout.set(state, WOKEN, task, 0);
    }
  }

  /** mm_count, mm_users, and a fork's child; false where the task ends, because that will never be there. */
  boolean ofLife(long[] state, int task, Instruction i) {
    int mm = registers.mm(state, task, i);
    switch (i.action()) {
      case MMGRAB -> layout.set(state, COUNT, mm, layout.get(state, COUNT, mm) + 1);
      case MMDROP -> registers.drop(state, mm);
      case PUT_USER -> {
        layout.set(state, USERS, mm, layout.get(state, USERS, mm) - 1);
        registers.to(state, task, i, layout.get(state, USERS, mm) == 0 ? Word.ZERO : Word.OTHER);
      }
      case BORN -> layout.set(state, StateField.BORN, mm, i.value());
      default -> {
        return layout.get(state, StateField.BORN, mm) == HAPPENED;
      }
    }
    return true;
  }
}
