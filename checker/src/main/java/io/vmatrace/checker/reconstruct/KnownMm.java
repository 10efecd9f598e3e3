package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.FaultTally;
import io.vmatrace.checker.mm.Memory;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.TaskState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An mm_struct, as the reconstruction keeps it. */
final class KnownMm implements MmState, AskedLocks.Answering {
  private final long address;
  private final KnownTree tree = new KnownTree();
  private final List<KnownHold> holds = new ArrayList<>(2);
  private @Nullable KnownSection section;
  private final Moment sectionElsewhere = new Moment();
  private long sectionsBegun;

  /** How many write sections the mms had that were at its address before. */
  private final long sectionsBefore;

  private long quietSectionAt;

  final ClockSkews.OfMm clocks = new ClockSkews.OfMm();

  /** Whether tasks have to do with it that stay known where room is made ({@link Idle}); false otherwise. */
  boolean isUsed;

  private boolean exited;
  private boolean lockTaken;
  private boolean lockReleased;

  private boolean mmSeqKnown;
  private int mmSeq;
  private long mmSeqSections;
  private final Moment mmSeqSeen = new Moment();

  private @Nullable TaskState startingWrite;
  private final FaultTally faults = new FaultTally();
  private final Memory memory = new Memory();
  private long vmasSeen;
  private long brk;
  private boolean lookedUpByCalls;
  private boolean readersAnswered;
  private boolean writersAnswered;

  /** @param before the one that was at its address before, or null */
  KnownMm(long address, @Nullable KnownMm before) {
    this.address = address;
    sectionsBefore = before == null ? 0 : before.sectionsAtAddress();
  }

  @Override
  public long address() {
    return address;
  }

  @Override
  public KnownTree tree() {
    return tree;
  }

  @Override
  public List<KnownHold> holds() {
    return holds;
  }

  @Override
  public @Nullable KnownSection section() {
    return section;
  }

  @Override
  public boolean isExited() {
    return exited;
  }

  @Override
  public long sectionsBegun() {
    return sectionsBegun;
  }

  @Override
  public long sectionsAtAddress() {
    return sectionsBefore + sectionsBegun;
  }

  @Override
  public boolean isMmSeqKnown() {
    return mmSeqKnown && !exited; // what follows is another mm's, even where the last release is not recorded
  }

  @Override
  public int mmSeq() {
    return mmSeq;
  }

  @Override
  public long mmSeqSections() {
    return mmSeqSections;
  }

  @Override
  public Moment mmSeqSeen() {
    return mmSeqSeen;
  }

  @Override
  public FaultTally faults() {
    return faults;
  }

  @Override
  public long vmasSeen() {
    return vmasSeen;
  }

  @Override
  public Memory memory() {
    return memory;
  }

  /** Whether a task is inside __vma_start_write() in it. */
  boolean isStartingWrite() {
    return startingWrite != null;
  }

  /** The program break as the last brk() returned it, or 0. */
  long brk() {
    return brk;
  }

  /** Whether its mmap_lock was seen to be taken, and seen to be released. */
  boolean isLockRecorded() {
    return lockTaken && lockReleased;
  }

  /** Its mmap_lock is taken. */
  void lockTaken() {
    lockTaken = true;
  }

  /** Its mmap_lock is released. */
  void lockReleased() {
    lockReleased = true;
  }

  /** A task that asked for its mmap_lock got an answer: both are recorded, of readers or of writers. */
  void answered(boolean write) {
    writersAnswered |= write;
    readersAnswered |= !write;
  }

  @Override
  public boolean isAnswered(boolean write) {
    return write ? writersAnswered : readersAnswered;
  }

  /** A system call was seen to look up the first byte of a page in it. */
  void callsLookUp() {
    lookedUpByCalls = true;
  }

  boolean isLookedUpByCalls() {
    return lookedUpByCalls;
  }

  void vmaSeen() {
    vmasSeen++;
  }

  KnownHold readLock(KnownTask task, Moment moment) {
    KnownHold hold = new KnownHold(task, this, moment.copy(), null);
    holds.add(hold);
    return hold;
  }

  KnownHold writeLock(KnownTask task, Moment moment) {
    if (section != null && !section.acquired().surelyBefore(moment)) {
      mmSeqKnown = false; // the clock does not tell which of the two came first
    }
    if (section != null && section.acquired().cpu() != moment.cpu()) {
      sectionElsewhere.set(section.acquired());
    }
    section = new KnownSection(this, task, moment.copy());
    sectionsBegun++;
    if (!mmSeqSeen.surelyBefore(moment)) {
      mmSeqSections++; // the clock does not tell whether it began before mm_lock_seq was read
    }
    KnownHold hold = new KnownHold(task, this, section.acquired(), section);
    holds.add(hold);
    return hold;
  }

  void unlock(KnownHold hold) {
    holds.remove(hold);
  }

  /** A write section ended, by release or downgrade. */
  void sectionEnded(KnownSection ended) {
    startingWrite = null;
    if (ended.task().isQuietBetween(ended.acquired().at(), ended.ended().at())) {
      quietSectionAt = ended.ended().at();
    }
  }

  /** A write section is over, and nothing says since when. */
  void sectionEndedUnseen(KnownSection ended) {
    quietSectionAt = Math.max(ended.acquired().at(), ended.task().seen.at());
  }

  @Override
  public Moment sectionElsewhere() {
    return sectionElsewhere;
  }

  @Override
  public long quietSectionAt() {
    return quietSectionAt;
  }

  /** A task enters __vma_start_write() in it. */
  void startWrite(TaskState task) {
    startingWrite = task;
  }

  /** A task returns from __vma_start_write(). */
  void startedWrite(TaskState task) {
    if (startingWrite == task) {
      startingWrite = null;
    }
  }

  /** A value of mm_lock_seq was sampled by the holder of the write lock. */
  void mmSeqSeen(int value, Moment moment) {
    mmSeqKnown = true;
    mmSeq = value;
    mmSeqSections = sectionsBegun;
    mmSeqSeen.set(moment);
  }

  void brk(long value) {
    brk = value;
  }

  /** exit_mmap(): its tree is destroyed, and its VMAs are given back, also where nothing shows that. */
  void exit() {
    exited = true;
    tree.forgetVmas(this);
  }

  /** An exit_mmap() whose write lock is not recorded may be its own: what has its address next is another mm. */
  void mayHaveExited() {
    mmSeqKnown = false;
  }

  /** Whether its mmap_lock is not held, as far as is known, and no write section of it is open. */
  boolean isAtRest() {
    return holds.isEmpty() && startingWrite == null && (section == null || !section.isOpen());
  }

  /** Everything but the identity and the counts is unknown again. */
  void forget() {
    tree.forget();
    holds.clear();
    section = null;
    mmSeqKnown = false;
    startingWrite = null;
    memory.clear();
    brk = 0;
  }
}
