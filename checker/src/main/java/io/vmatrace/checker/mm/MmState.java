package io.vmatrace.checker.mm;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one mm_struct. An address that is used again after exit_mmap() is another mm, so the same address may have
 * several of these, one after the other.
 */
public final class MmState {
  private final long address;
  private final VmaTree tree = new VmaTree();
  private final List<Hold> holds = new ArrayList<>(2);
  private @Nullable WriteSection section;
  private long sectionsBegun;
  private boolean exited;
  private final Moment freed = new Moment();
  private final Moment woken = new Moment();

  private boolean mmSeqKnown;
  private int mmSeq;
  private long mmSeqSections;
  private final Moment mmSeqSeen = new Moment();

  private final Moment readGranted = new Moment();
  private final Moment gathered = new Moment();
  private long gatherFirst;
  private long gatherLast;
  private @Nullable TaskState startingWrite;
  private final FaultTally faults = new FaultTally();
  private long vmasSeen;
  private long brk;

  public MmState(long address) {
    this.address = address;
  }

  public long address() {
    return address;
  }

  public VmaTree tree() {
    return tree;
  }

  /** Every certain hold of its mmap_lock, in the order of acquisition. */
  public List<Hold> holds() {
    return holds;
  }

  /** The write section opened last, open or ended; null when none was seen. */
  public @Nullable WriteSection section() {
    return section;
  }

  /** Whether exit_mmap() has begun to destroy it: its address may soon belong to another mm. */
  public boolean isExited() {
    return exited;
  }

  /** When its memory went back to the slab; unset as long as that was not seen. */
  public Moment freed() {
    return freed;
  }

  /** When a reader that left last woke whoever waits in vma_writer_wait; unset when that was not seen. */
  public Moment woken() {
    return woken;
  }

  /** How many write sections were seen to begin. */
  public long sectionsBegun() {
    return sectionsBegun;
  }

  /** Whether mm_lock_seq was sampled inside a write section. */
  public boolean isMmSeqKnown() {
    return mmSeqKnown;
  }

  /** mm_lock_seq as sampled by the holder in the write section that was the {@link #mmSeqSections}-th seen. */
  public int mmSeq() {
    return mmSeq;
  }

  public long mmSeqSections() {
    return mmSeqSections;
  }

  /** When {@link #mmSeq} was sampled. */
  public Moment mmSeqSeen() {
    return mmSeqSeen;
  }

  /** When a VMA read lock was last granted in this mm. */
  public Moment readGranted() {
    return readGranted;
  }

  /** The return of the vms_gather_munmap_vmas() of the open write section; unset when there was none. */
  public Moment gathered() {
    return gathered;
  }

  /** Whether an address lies in the range that {@link #gathered} took. */
  public boolean isGathered(long address) {
    return gathered.known() && address >= gatherFirst && address <= gatherLast;
  }

  /** The task that is inside __vma_start_write() in this mm, or null. */
  public @Nullable TaskState startingWrite() {
    return startingWrite;
  }

  public FaultTally faults() {
    return faults;
  }

  /** VMAs seen to belong to it, over its life. */
  public long vmasSeen() {
    return vmasSeen;
  }

  /** The program break as the last brk() returned it, or 0. */
  public long brk() {
    return brk;
  }

  void vmaSeen() {
    vmasSeen++;
  }

  Hold readLock(TaskState task, Moment moment) {
    Hold hold = new Hold(task, this, moment.copy(), null);
    holds.add(hold);
    return hold;
  }

  Hold writeLock(TaskState task, Moment moment) {
    section = new WriteSection(this, task, moment.copy());
    sectionsBegun++;
    gathered.clear();
    Hold hold = new Hold(task, this, section.acquired(), section);
    holds.add(hold);
    return hold;
  }

  void unlock(Hold hold) {
    holds.remove(hold);
  }

  /** A write section ended, by release or downgrade. */
  void sectionEnded() {
    gathered.clear();
    startingWrite = null;
  }

  /** vms_gather_munmap_vmas() has returned success for [first, last]. */
  public void gather(long first, long last, Moment moment) {
    gathered.set(moment);
    gatherFirst = first;
    gatherLast = last;
  }

  public void startWrite(@Nullable TaskState task) {
    startingWrite = task;
  }

  /** A value of mm_lock_seq was sampled by the holder of the write lock. */
  public void mmSeqSeen(int value, Moment moment) {
    mmSeqKnown = true;
    mmSeq = value;
    mmSeqSections = sectionsBegun;
    mmSeqSeen.set(moment);
  }

  public void brk(long value) {
    brk = value;
  }

  public void exit() {
    exited = true;
  }

  /** Everything but the identity and the counts is unknown again. */
  public void forget() {
    tree.forget();
    holds.clear();
    section = null;
    mmSeqKnown = false;
    readGranted.clear();
    gathered.clear();
    startingWrite = null;
    freed.clear();
    woken.clear();
    brk = 0;
  }
}
