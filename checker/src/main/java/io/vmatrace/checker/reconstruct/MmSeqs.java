package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.parser.event.Op;

/** mm_lock_seq of an mm, as probes read it in its write sections: it tells how many sections there were, seen or not. */
final class MmSeqs {
  private MmSeqs() {}

  /**
   * Whether mm_lock_seq, read by a task in its write section, has advanced by more than the sections that were seen: then tasks that are
   * not traced, or CPUs that are not in the capture, change this mm too. In one section it does not advance, whoever else there is. An even
   * number is that of the same section, ended.
   */
  private static boolean unseenSections(Step step, KnownMm mm) {
    Sample sample = step.sample();
    long sections = mm.sectionsBegun() - mm.mmSeqSections();
    int inSection = sample.mmSeq() - 1 | 1;
    return step.task().sectionOf(mm) != null && step.hasSeqOfRefcnt() && mm.isMmSeqKnown() && sections > 0 && inSection - mm.mmSeq() > 2 * sections;
  }

  /** Takes over what a step has read. */
  static void take(Step step, KnownMm mm, World world) {
    if (!step.sample().hasMmSeq()) {
      return;
    }
    world.clocks.readsMmSeq(step, mm.clocks);
    note(step, mm);
    boolean taken = isTaken(step, mm);
    if (unseenSections(step, mm)) {
      world.lost(mm.mmSeqSeen().at());
    }
    if (taken) {
      mm.mmSeqSeen(step.sample().mmSeq(), step.moment());
    }
  }

  /** Tells the section of a holder what mm_lock_seq it read; even ones are of no section. */
  private static void note(Step step, KnownMm mm) {
    KnownTask task = (KnownTask) step.task();
    KnownSection section = task.sectionOf(step.mm());
    task.seqMm = mm;
    task.seqRead = step.sample().mmSeq();
    if (section != null) {
      section.seqRead(step.sample().mmSeq());
    }
    KnownHold hold = section == null ? task.holdOf(step.mm()) : null;
    KnownSection downgraded = hold == null ? null : hold.section();
    if (downgraded != null) {
      downgraded.mmSeqSeenDowngraded(step.sample().mmSeq());
    }
    if (section != null && step.hasSeqOfRefcnt() && step.sample().mmSeq() % 2 != 0) {
      section.mmSeqSeen(step.sample().mmSeq(), step.moment().at());
    }
  }

  /** Whether what a step's sample says is taken over: an even number is of no section, so the section is over, unseen. */
  private static boolean isTaken(Step step, KnownMm mm) {
    if (step.hasSeqOfRefcnt() && step.sample().mmSeq() % 2 == 0) {
      return false;
    }
    return step.task().sectionOf(mm) != null || isOfUnlockedWriter(step, mm);
  }

  /**
   * Whether a task that holds no mmap_lock write-locks a VMA, and one section more was begun than was seen: that is the one whose lock the
   * task lacks, and no sign of tasks that are not traced.
   */
  private static boolean isOfUnlockedWriter(Step step, KnownMm mm) {
    long sections = mm.sectionsBegun() - mm.mmSeqSections();
    boolean oneMore = mm.isMmSeqKnown() && step.sample().mmSeq() - mm.mmSeq() == 2 * sections + 2;
    return step.op() == Op.VMA_START_WRITE && step.task().isHoldsKnown() && oneMore;
  }
}
