package io.vmatrace.checker.rule.seq;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.rule.PerTask;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.checker.rule.VmFlags;
import io.vmatrace.parser.event.Field;

/**
 * What the functions that may change one field of a VMA find there, and what they leave. Between two readings of one mm_lock_seq no write section
 * of that mm ended and none began: who changed the field in between did it in this section, whether these two are one call's or not.
 */
final class CalledOn {
  private record Entered(VmaState vma, MmState mm, long value, int mmSeq, Moment at) {}

  private final PerTask<Entered> entered = new PerTask<>();
  private final Field field;
  private final String name;

  /** @param name what the kernel calls the field */
  CalledOn(Field field, String name) {
    this.field = field;
    this.name = name;
  }

  /** Notes what the function finds. */
  void enter(Step step) {
    Sample sample = step.sample();
    VmaState vma = step.vma();
    MmState mm = step.mm();
    if (vma != null && mm != null && sample.has(field) && sample.hasMmSeq()) {
      entered.put(step.task(), new Entered(vma, mm, sample.value(field), sample.mmSeq(), step.moment().copy()));
    } else {
      entered.put(step.task(), null);
    }
  }

  /** Judges what it leaves: in a VMA that readers can find the field is the same, or the VMA is write-locked in this section. */
  void leave(Step step, Rule.Checks checks) {
    Entered before = entered.get(step.task());
    Sample sample = step.sample();
    if (before == null || before.vma != step.vma() || before.mm != step.mm() || !isReadIn(before.mmSeq, sample)) {
      return;
    }
    entered.put(step.task(), null);
    if (sample.lockSeq() == sample.mmSeq() || isSame(sample.value(field), before.value)) {
      checks.held();
    } else {
      checks.broken(
          "the %s of a VMA changes from 0x%x to 0x%x, and it is not write-locked: %s".formatted(name, before.value, sample.value(field), WriteLocks.numbers(sample)),
          new Rule.Evidence(before.at, "the function begins", false));
    }
  }

  /** Whether the field was read in the section in which mm_lock_seq was this, of a VMA that readers can find. */
  private boolean isReadIn(int mmSeq, Sample sample) {
    return sample.has(field) && sample.hasSeqs() && sample.mmSeq() == mmSeq && WriteLocks.isAttached(sample);
  }

  private boolean isSame(long now, long before) {
    return field == Field.VM_FLAGS ? ((now ^ before) & ~VmFlags.SET_BY_READERS) == 0 : now == before;
  }
}
