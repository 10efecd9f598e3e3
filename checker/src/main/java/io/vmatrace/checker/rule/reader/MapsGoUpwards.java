package io.vmatrace.checker.rule.reader;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Op;

/** A reader of /proc/PID/maps goes on where the last VMA ended: the next one ends above that, under its read lock or the mmap_lock. */
final class MapsGoUpwards extends Rule {
  MapsGoUpwards() {
    super(wrongResult("R96", "lock_next_vma() returns a VMA that ends above where it began to look").since("6.15").on(Op.LOCK_NEXT_VMA)
        .reading(Field.START, Field.END)
        .sources("mm/mmap_lock.c lock_next_vma(), lock_next_vma_under_mmap_lock() (6.17)", "fs/proc/task_mmu.c proc_get_vma() (6.17)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var sample = step.sample();
    if (!sample.hasRange() || Long.compareUnsigned(sample.start(), sample.end()) >= 0) {
      return; // not its range: the probe could not read it
    }
    if (Long.compareUnsigned(sample.end(), step.address()) <= 0) {
      checks.brokenByValues(
          "lock_next_vma() from 0x%x returned the VMA of 0x%x to 0x%x, which ends below".formatted(step.address(), sample.start(), sample.end()));
    } else {
      checks.held();
    }
  }
}
