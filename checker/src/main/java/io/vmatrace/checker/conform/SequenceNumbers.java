package io.vmatrace.checker.conform;

import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.steps.Design;

/** What no state of one VMA has: the numbers themselves, and whether they are of the design's lock at all. */
final class SequenceNumbers {
  private final ConformanceResult result;
  private final boolean isSeqcount;
  private final boolean hasRwsem;
  private final boolean locksVmas;

  SequenceNumbers(Design design, ConformanceResult result) {
    this.result = result;
    isSeqcount = design.has("seqcount");
    hasRwsem = design.has("rwsem");
    locksVmas = design.has("vmalock");
  }

  /** A value that a VMA of the design does not have: a mismatch. */
  boolean isOfAnotherLock(Step step) {
    Sample sample = step.sample();
    String name = ConformanceResult.function(step.op());
    if (sample.hasRefcnt() && (hasRwsem || !locksVmas)) {
      result.mismatch(step, name, "a VMA with a vm_refcnt", hasRwsem ? "a rw_semaphore and a detached flag" : "the mmap_lock alone", "");
      return true;
    }
    if (sample.hasDetached() && !hasRwsem) {
      result.mismatch(step, name, "a VMA with a detached flag", locksVmas ? "vm_refcnt, which holds that too" : "the mmap_lock alone", "");
      return true;
    }
    return false;
  }

  /** mm_lock_seq as the holder of the mmap_lock for writing reads it (docs/PROTOCOL.md, Sequence numbers). */
  void inSection(Step step) {
    Sample sample = step.sample();
    MmState mm = step.mm();
    if (!sample.hasMmSeq() || mm == null || step.task().sectionOf(mm) == null) {
      return;
    }
    int seq = sample.mmSeq();
    if (isSeqcount && (seq & 1) == 0) {
      result.mismatch(step, "mmap_write_lock", "mm_lock_seq %d in a write section".formatted(seq), "an odd one", "");
    } else if (mm.isMmSeqKnown()) {
      long sections = mm.sectionsBegun() - mm.mmSeqSections();
      int ahead = seq - mm.mmSeq();
      int each = isSeqcount ? 2 : 1;
      if (sections == 0 ? ahead != 0 : ahead >= 0 && ahead < sections * each) { // less than 0: another mm at the same address
        String allowed = sections == 0 ? "the same in one section" : "at least %d more".formatted(sections * each);
        result.mismatch(step, "mmap_write_lock", "mm_lock_seq %d, %d write sections after %d".formatted(seq, sections, mm.mmSeq()), allowed, "");
      }
    }
  }
}
