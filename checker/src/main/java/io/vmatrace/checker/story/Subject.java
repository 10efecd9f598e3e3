package io.vmatrace.checker.story;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import org.jspecify.annotations.Nullable;

/** What rows are about. */
interface Subject {
  /** Whether a step concerns it. Asked for each step, before its effect; ends of calls that concerned it are known without. */
  boolean concerns(Step step);

  /** Whether a lock of this VMA counts as one of the subject. */
  boolean isAbout(VmaState vma);

  /** Whether it is this VMA and no other: rows need not name it. */
  default boolean isVma(@Nullable VmaState vma) {
    return false;
  }

  /** Whether rows say what becomes of the values of a VMA that their step is about. */
  default boolean tellsValuesOf(VmaState vma) {
    return true;
  }

  /** Events are missing: nothing is known any more. */
  default void forget() {}

  /** The mmap_lock of one mm. */
  record OfMm(long address) implements Subject {
    @Override
    public boolean concerns(Step step) {
      MmState mm = step.mm();
      return mm != null && mm.address() == address && switch (step.op()) {
        case MMAP_READ_LOCK, MMAP_WRITE_LOCK, MMAP_WRITE_DOWNGRADE, MMAP_READ_UNLOCK, MMAP_WRITE_UNLOCK, EXIT_MMAP, MM_FREE -> true;
        default -> false;
      };
    }

    @Override
    public boolean isAbout(VmaState vma) {
      return false;
    }
  }
}
