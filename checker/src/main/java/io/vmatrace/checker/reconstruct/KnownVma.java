package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.Memory;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.Sights;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.WriteSection;
import org.jspecify.annotations.Nullable;

/** A VMA, as the reconstruction keeps it. */
final class KnownVma implements VmaState {
  private final long address;
  private int incarnation;
  private Life life = Life.UNKNOWN;
  private @Nullable KnownMm mm;
  private @Nullable WriteSection section;
  private final Moment startedWrite = new Moment();
  private final Moment writeLocked = new Moment();
  private final Moment allocated = new Moment();
  private final Moment detached = new Moment();
  private final Moment freed = new Moment();

  /** When the incarnation before was freed; null until there is one. */
  private @Nullable Moment freedBefore;

  private @Nullable KnownTask writer;
  private final Moment changed = new Moment();
  private final Memory memory = new Memory();
  private int ranges;
  private @Nullable KnownTask lastReader;
  private Sights sights = new Sights(new Sights.OfAddress());

  /** The vm_lock_seq that was read last, if one was, and whether a write lock began that may have changed it since. */
  private int lockSeq;

  private ClockSkews.@Nullable Readings lockSeqs;
  private boolean lockSeqKnown;
  private long lockSeqAt;
  private boolean lockedSince;

  KnownVma(long address) {
    this.address = address;
  }

  @Override
  public long address() {
    return address;
  }

  @Override
  public int incarnation() {
    return incarnation;
  }

  @Override
  public Life life() {
    return life;
  }

  @Override
  public @Nullable KnownMm mm() {
    return mm;
  }

  @Override
  public @Nullable WriteSection section() {
    return section;
  }

  @Override
  public Moment writeLocked() {
    return writeLocked;
  }

  @Override
  public @Nullable KnownTask writer() {
    return writer;
  }

  @Override
  public Moment allocated() {
    return allocated;
  }

  @Override
  public Moment detached() {
    return detached;
  }

  @Override
  public Moment freed() {
    return freed;
  }

  /** When the incarnation before this one was freed; null where that is not known. */
  @Nullable Moment freedBefore() {
    return freedBefore;
  }

  @Override
  public boolean isWriteLockedIn(@Nullable WriteSection current) {
    return current != null && section == current && current.isOpen();
  }

  @Override
  public boolean isNotWriteLockedIn(WriteSection current) {
    boolean entered = startedWrite.known() && startedWrite.at() > current.acquired().at();
    return section != current && !entered;
  }

  @Override
  public long readUnlockedAt(WriteSection current) {
    return lockSeqKnown && lockSeqAt > current.acquired().at() && current.isNotOf(lockSeq) ? lockSeqAt : 0;
  }

  @Override
  public int ranges() {
    return ranges;
  }

  @Override
  public @Nullable KnownTask lastReader() {
    return lastReader;
  }

  /** A look-up gives it to a task, or a fault in it begins. */
  void readBy(KnownTask task) {
    lastReader = task;
  }

  @Override
  public Memory memory() {
    return memory;
  }

  @Override
  public Sights sights() {
    return sights;
  }

  /** What a probe has read of it. True where that shows a write lock of which there was no event. */
  boolean sample(Step step) {
    Sample sample = step.sample();
    sights.see(step.op(), sample);
    if (!sample.hasLockSeq()) {
      return false;
    }
    return lockSeqRead(sample.lockSeq(), step.moment().at());
  }

  /** Its vm_lock_seq was read. True where that shows a write lock of which there was no event. */
  boolean lockSeqRead(int read, long at) {
    boolean later = lockSeq == Sample.NEVER_LOCKED ? read != lockSeq : read - lockSeq > 0;
    boolean unseen = lockSeqKnown && later && !lockedSince;
    lockedSince &= read == lockSeq;
    lockSeq = read;
    lockSeqAt = at;
    lockSeqKnown = true;
    return unseen;
  }

  /** A probe has read it; the values of VMAs of one mm at its address rise from one to the next. */
  void lockSeqRead(Step step, KnownMm of, ClockSkews clocks) {
    if (step.sample().hasLockSeq() && step.sample().lockSeq() != Sample.NEVER_LOCKED) {
      if (lockSeqs == null || lockSeqs.mm() != of) {
        lockSeqs = new ClockSkews.Readings(2, of);
      }
      clocks.readsLockSeq(step, lockSeqs);
    }
  }

  void rangesChanged(int by) {
    ranges += by;
  }

  /** Notes whose it is. */
  void belongsTo(KnownMm owner) {
    if (mm != owner) {
      mm = owner;
      owner.vmaSeen();
    }
  }

  /** A new incarnation: vm_area_alloc() or vm_area_dup() returned this address. */
  void allocate(Moment moment, @Nullable KnownMm owner) {
    boolean inOrder = inOrder(moment);
    freedBefore = freed.known() && inOrder ? freed.copy() : null;
    forget();
    incarnation++;
    sights = sights.next();
    lastReader = null;
    lockSeq = Sample.NEVER_LOCKED;
    lockSeqKnown = inOrder;

    mm = null;
    if (owner != null) {
      belongsTo(owner);
    }
    if (inOrder) {
      life = Life.ALLOCATED;
      allocated.set(moment);
    }
  }

  /** An event is about it that is about no freed one: another was made in its place, unseen. */
  void showAgain() {
    if (life == Life.FREED) {
      forget();
    }
  }

  /** __vma_start_write() of it was entered: from now on it may be write-locked, until its return says that it is. */
  void startWrite(Moment moment) {
    startedWrite.set(moment);
    lockedSince = true;
  }

  /** It is certainly write-locked in a section from a moment on. */
  void writeLock(Moment moment, KnownSection in) {
    section = in;
    writer = in.task();
    writeLocked.set(moment);
    lockedSince = true;
  }

  /** It was stored in its mm's tree: whatever it was, it is visible to readers now. */
  void attach(Moment moment) {
    if (inOrder(moment)) {
      if (life == Life.FREED) {
        allocated.clear(); // another one, allocated unseen
      }
      life = Life.ATTACHED;
      detached.clear();
      freed.clear();
    } else {
      forget();
    }
  }

  /** vma_mark_detached() of it was entered: until its return it is neither certainly attached nor certainly detached. */
  void detaching(Moment moment) {
    inOrder(moment);
    life = Life.UNKNOWN;
  }

  /** It is certainly detached from a moment on. */
  void detach(Moment moment) {
    if (inOrder(moment)) {
      life = Life.DETACHED;
      detached.set(moment);
    } else {
      forget();
    }
  }

  /** It was given back. Its address may come back without being seen to be allocated. */
  void free(Moment moment) {
    section = null;
    startedWrite.clear();
    memory.clear();
    lockSeqKnown = false;
    if (inOrder(moment)) {
      life = Life.FREED;
      freed.set(moment);
    } else {
      forget();
    }
  }

  /** Everything but the identity is unknown again. */
  void forget() {
    life = Life.UNKNOWN;
    section = null;
    writer = null;
    startedWrite.clear();
    writeLocked.clear();
    allocated.clear();
    detached.clear();
    freed.clear();
    memory.clear();
    lockSeqKnown = false;
    lockedSince = false;
  }

  /** Whether this change surely follows the last one: two changes in one printed instant on two CPUs may be either way round. */
  private boolean inOrder(Moment moment) {
    boolean inOrder = !changed.known() || changed.at() == moment.at() || changed.surelyBefore(moment);
    changed.set(moment);
    return inOrder;
  }
}
