package io.vmatrace.checker.rule.seq;

import io.vmatrace.checker.mm.Fact;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.TaskState;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.checker.rule.PerMm;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.parser.event.Op;
import org.eclipse.collections.impl.map.mutable.primitive.IntObjectHashMap;

/** Each write section, of untraced tasks too, advances mm_lock_seq by two: less means that one was skipped, and it never goes back. */
final class MmSeqAdvancesTwicePerSection extends Rule {
  /** By pid. */
  private final PerMm<IntObjectHashMap<Last>> last = new PerMm<>();
  /** Where an mm was destroyed last of which nothing tells which one: what is read at the address of any later may be a new one's. */
  private long someExited;

  MmSeqAdvancesTwicePerSection() {
    super(memorySafety("R13", "mm_lock_seq advances by 2 with each write section").since("6.15").onSamples(Op.EXIT_MMAP).byValues()
        .relyingOn(Fact.WRITE_SECTION, Fact.MM_SEQ).sources("include/linux/mmap_lock.h mm_lock_seqcount_begin(), vma_end_write_all() (6.14)"));
  }

  @Override
  public void check(Step step, Checks checks) {
    var mm = step.mm();
    if (step.op() == Op.EXIT_MMAP) {
      someExited = mm == null ? step.moment().at() : someExited;
    }
    if (mm == null || !step.hasSeqOfRefcnt() || !step.sample().hasMmSeq()) {
      return;
    }
    if (!wentBack(step, mm, checks) && mm.isMmSeqKnown()) {
      checkSections(step, mm, checks);
    }
  }

  private boolean wentBack(Step step, MmState mm, Checks checks) {
    IntObjectHashMap<Last> of = last.get(mm);
    if (of == null) {
      of = new IntObjectHashMap<>();
      last.put(mm, of);
    }
    Last before = of.get(step.task().pid());
    int mmSeq = step.sample().mmSeq();
    boolean sameTask = before != null && before.task == step.task();
    if (before == null || !sameTask || before.mmSeq != mmSeq) {
      of.put(step.task().pid(), new Last(step.task(), mmSeq, mm.sectionsBegun(), step.moment().copy()));
    }
    if (before == null || !sameTask || mmSeq - before.mmSeq >= 0 || !before.since.surelyBefore(step.moment())) {
      return false;
    }
    String message = "mm_lock_seq went back from %s to %s".formatted(Integer.toUnsignedString(before.mmSeq), Integer.toUnsignedString(mmSeq));
    Evidence read = seen(before.since, "the same task reads mm_lock_seq " + Integer.toUnsignedString(before.mmSeq));
    if (before.since.at() < someExited || isLikeNew(mmSeq, mm.sectionsBegun() - before.sections)) {
      checks.suspect(message + ", as that of a new mm", read);
    } else {
      checks.restingOn(Fact.MM_SEQ);
      checks.broken(message, read);
    }
    return true;
  }

  /** Whether the mm_lock_seq of a new mm gets so far in as many write sections as were seen and the first one, which makes it 1 (kernel/fork.c mm_init()). */
  private static boolean isLikeNew(int mmSeq, long sections) {
    return Integer.toUnsignedLong(mmSeq) <= 2 * sections + 1;
  }

  private static void checkSections(Step step, MmState mm, Checks checks) {
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
          seen(mm.mmSeqSeen(), "mm_lock_seq was " + Integer.toUnsignedString(mm.mmSeq())),
          seen(mm.sectionElsewhere().surelyBefore(mm.mmSeqSeen()) ? new Moment() : mm.sectionElsewhere(), "a write section begins on another CPU"));
    } else {
      checks.held();
    }
  }

  /** What a task read last in an mm, after how many write sections of it, and when it read that first. */
  private record Last(TaskState task, int mmSeq, long sections, Moment since) {}
}
