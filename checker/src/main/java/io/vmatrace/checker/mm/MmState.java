package io.vmatrace.checker.mm;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one mm_struct. An address that is used again after exit_mmap() is another mm, so the same address may have
 * several of these, one after the other.
 */
public interface MmState {
  long address();

  VmaTree tree();

  /** Every certain hold of its mmap_lock, in the order of acquisition. */
  @Tells(Fact.MMAP_LOCK_HELD)
  List<? extends Hold> holds();

  /** The write section opened last, open or ended; null when none was seen. */
  @Tells(Fact.WRITE_SECTION)
  @Nullable WriteSection section();

  /** Whether exit_mmap() has begun to destroy it: its address may soon belong to another mm. */
  boolean isExited();

  /** How many write sections were seen to begin. */
  long sectionsBegun();

  /** The same with those of the mms that were at its address before: no two sections that have their mm's address in common have this number too. */
  long sectionsAtAddress();

  /** When the last write section began that another CPU's followed; unset when there was none. */
  Moment sectionElsewhere();

  /** Where the last write section ended in which its task was without events for a while, or whose end was not seen; 0 when there was none. */
  long quietSectionAt();

  /** Whether mm_lock_seq was sampled inside a write section. */
  @Tells(Fact.MM_SEQ)
  boolean isMmSeqKnown();

  /** mm_lock_seq as sampled by the holder in the write section that was the {@link #mmSeqSections}-th seen. */
  int mmSeq();

  long mmSeqSections();

  /** When {@link #mmSeq} was sampled. */
  Moment mmSeqSeen();

  FaultTally faults();

  /** VMAs seen to belong to it, over its life. */
  long vmasSeen();

  /** What observers keep about it; emptied when nothing is known of it any more. */
  Memory memory();
}
