package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.rule.PerTask;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Op;
import org.jspecify.annotations.Nullable;

/**
 * A fault under the VMA lock that needs the first anon_vma tries the mmap_lock for it, or is tried again. Another fault of the same VMA may
 * have set it meanwhile, which no event shows.
 */
final class FirstAnonVmaUnderMmapLock extends Rule {
  private final PerTask<Without> faults = new PerTask<>();

  FirstAnonVmaUnderMmapLock() {
    super(memorySafety("R91", "the first anon_vma of a VMA is set under the mmap_lock").onlyPossible().since("6.4")
        .on(Op.HANDLE_MM_FAULT, Op.MMAP_READ_LOCK, Op.HANDLE_MM_FAULT_RET).needs(Op.MMAP_READ_LOCK).reading(Field.ANON_VMA).relyingOn(Fact.IN_FAULT)
        .sources("mm/memory.c __vmf_anon_prepare() (6.12)", "mm/rmap.c __anon_vma_prepare()"));
  }

  @Override
  public void check(Step step, Checks checks) {
    Without fault = faults.get(step.task());
    switch (step.op()) {
      case HANDLE_MM_FAULT -> {
        boolean without = step.isUnderVmaLock() && step.sample().has(Field.ANON_VMA) && step.sample().value(Field.ANON_VMA) == 0;
        VmaState vma = without ? step.vma() : null;
        faults.put(step.task(), vma == null ? null : new Without(vma, step.moment().copy(), null));
      }
      case MMAP_READ_LOCK -> {
        if (fault != null) {
          faults.put(step.task(), new Without(fault.vma, fault.at, step.moment().copy()));
        }
      }
      default -> {
        faults.put(step.task(), null);
        if (fault != null && fault.vma == step.vma() && Reads.heldToTheEnd(step) && step.sample().has(Field.ANON_VMA) && step.sample().value(Field.ANON_VMA) != 0) {
          set(fault, checks);
        }
      }
    }
  }

  private static void set(Without fault, Checks checks) {
    if (fault.locked != null) {
      checks.held();
    } else {
      checks.suspect("a VMA gets its first anon_vma in a fault that does not take the mmap_lock", seen(fault.at, "the fault begins, and the VMA has none"));
    }
  }

  /** A fault of a VMA without anon_vma; when it got the mmap_lock. */
  private record Without(VmaState vma, Moment at, @Nullable Moment locked) {}
}
