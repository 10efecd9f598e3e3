package io.vmatrace.checker.rule.seq;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.checker.rule.Rule;

/** Each write section advances mm_lock_seq by two. Sections of tasks that were not traced add to that; less means that one was skipped. */
final class MmSeqAdvancesTwicePerSection extends Rule {
  MmSeqAdvancesTwicePerSection() {
    super(memorySafety("R13", "mm_lock_seq advances by 2 with each write section").since("6.15").onSamples().byValues()
        .relyingOn(Fact.WRITE_SECTION, Fact.MM_SEQ).sources("include/linux/mmap_lock.h mm_lock_seqcount_begin(), vma_end_write_all() (6.14)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var mm = step.mm();
    if (mm == null || !step.sample().hasRefcnt() || !step.sample().hasMmSeq() || !mm.isMmSeqKnown()) {
      return;
    }
    WriteSection own = step.task().sectionOf(mm);
    boolean last = own == mm.section(); // else another one has begun, and the clock does not tell when
    if (own == null || !last || !mm.mmSeqSeen().surelyBefore(step.moment())) {
      return;
    }
    int advanced = step.sample().mmSeq() - mm.mmSeq();
    long sections = mm.sectionsBegun() - mm.mmSeqSections();
    boolean anew = sections > 0 && (advanced < 0 || Integer.compareUnsigned(step.sample().mmSeq(), (int) (2 * sections)) < 0);
    if (anew) {
      checks.suspect("mm_lock_seq went back to %s, as that of a new mm".formatted(Integer.toUnsignedString(step.sample().mmSeq())), seen(mm.mmSeqSeen(), "mm_lock_seq was " + Integer.toUnsignedString(mm.mmSeq())));
    } else if (advanced < 2 * sections) {
      checks.broken(
          "mm_lock_seq went from %s to %s over %d write sections"
              .formatted(Integer.toUnsignedString(mm.mmSeq()), Integer.toUnsignedString(step.sample().mmSeq()), sections),
          seen(mm.mmSeqSeen(), "mm_lock_seq was " + Integer.toUnsignedString(mm.mmSeq())));
    } else {
      checks.held();
    }
  }
}
