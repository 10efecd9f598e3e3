package io.vmatrace.checker.rule.writer;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.checker.rule.PerMm;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;

/**
 * exit_mmap() frees every VMA under the mmap_lock; the struct goes by mmdrop() after that. A wake-up in an mm that is gone is R34's.
 * The same address may soon be another mm's, but not inside of one hold of its lock.
 */
final class MmOutlivesItsVmas extends Rule {
  /** When the memory of an mm went back to the slab. */
  private final PerMm<Moment> freed = new PerMm<>();

  MmOutlivesItsVmas() {
    super(memorySafety("R65", "an mm is freed after its last VMA").since("6.15").on(Op.MM_FREE, Op.VM_AREA_FREE).relyingOn(Fact.MM_FREED, Fact.WRITE_SECTION)
        .sources("mm/mmap.c exit_mmap()", "kernel/fork.c __mmdrop()", "kernel/exit.c exit_mm()"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var mm = step.mm();
    if (mm == null) {
      return;
    }
    if (step.op() == Op.MM_FREE) {
      freed.put(mm, step.moment().copy());
      return;
    }
    WriteSection section = step.task().sectionOf(mm);
    Moment gone = freed.get(mm);
    if (gone == null) {
      if (section != null) {
        checks.held();
      }
    } else if (section != null && section.acquired().surelyBefore(gone) && gone.surelyBefore(step.moment())) {
      checks.broken(
          "vm_area_free() of a VMA whose mm was freed before",
          seen(section.acquired(), "takes the mmap_lock for writing"),
          seen(gone, "the mm is freed"));
    } else {
      checks.suspect("vm_area_free() of a VMA whose mm may have been freed before", seen(gone, "the mm is freed"));
    }
  }
}
