package io.vmatrace.checker.mm;

import org.jspecify.annotations.Nullable;

/**
 * What is known of one VMA. Identity is (address, incarnation): the slab hands the same address out again at once
 * (SLAB_TYPESAFE_BY_RCU, 6.15 on), also to another mm (protocol.md R63).
 */
public final class VmaState {
  /** Where a VMA is in its life. */
  public enum Life {
    UNKNOWN,
    /** Allocated or copied, not yet seen in a tree. */
    ALLOCATED,
    /** Stored in its mm's tree. */
    ATTACHED,
    /** Marked detached: refcnt 0, or the detached flag set. */
    DETACHED,
    /** Given back to the slab (6.15 on), or queued for that (to 6.14). */
    FREED
  }

  private final long address;
  private int incarnation;
  private Life life = Life.UNKNOWN;
  private @Nullable MmState mm;
  private @Nullable WriteSection section;
  private final Moment writeLocked = new Moment();
  private final Moment allocated = new Moment();
  private final Moment detached = new Moment();
  private final Moment freed = new Moment();
  private final Moment prepared = new Moment();
  private final Moment changed = new Moment();
  private boolean lockSeqKnown;
  private int lockSeq;
  private int ranges;

  public VmaState(long address) {
    this.address = address;
  }

  public long address() {
    return address;
  }

  /** Counts the lives seen at this address. */
  public int incarnation() {
    return incarnation;
  }

  public Life life() {
    return life;
  }

  /** The mm that it belongs to, or null when not known. */
  public @Nullable MmState mm() {
    return mm;
  }

  /** The last write section in which it was certainly write-locked, open or ended; null when none was seen. */
  public @Nullable WriteSection section() {
    return section;
  }

  /** When its last write lock was certainly held first: the return of __vma_start_write(). */
  public Moment writeLocked() {
    return writeLocked;
  }

  /** When this incarnation was allocated or copied; unset when older than the capture. */
  public Moment allocated() {
    return allocated;
  }

  /** When it was certainly detached; unset unless {@link #life} says so. */
  public Moment detached() {
    return detached;
  }

  /** When it was freed; kept through the next incarnation's start, until that is seen to be allocated. */
  public Moment freed() {
    return freed;
  }

  /** The vma_prepare() whose vma_complete() has not come yet: its range is being changed; else unset. */
  public Moment prepared() {
    return prepared;
  }

  /** Whether it is certainly write-locked now, by the task that holds this section. */
  public boolean isWriteLockedIn(@Nullable WriteSection current) {
    return current != null && section == current && current.isOpen();
  }

  public boolean isLockSeqKnown() {
    return lockSeqKnown;
  }

  /** The last vm_lock_seq seen in this incarnation. */
  public int lockSeq() {
    return lockSeq;
  }

  /** How many ranges of its mm's reconstructed tree hold it. */
  public int ranges() {
    return ranges;
  }

  void rangesChanged(int by) {
    ranges += by;
  }

  /** Notes whose it is. */
  public void belongsTo(MmState owner) {
    if (mm != owner) {
      mm = owner;
      owner.vmaSeen();
    }
  }

  /** A new incarnation: vm_area_alloc() or vm_area_dup() returned this address. */
  public void allocate(Moment moment, @Nullable MmState owner) {
    boolean inOrder = inOrder(moment);
    forget();
    incarnation++;
    mm = null;
    if (owner != null) {
      belongsTo(owner);
    }
    if (inOrder) {
      life = Life.ALLOCATED;
      allocated.set(moment);
    }
  }

  /** It is certainly write-locked in a section from a moment on. */
  public void writeLock(Moment moment, WriteSection in) {
    section = in;
    writeLocked.set(moment);
  }

  /** It was stored in its mm's tree: whatever it was, it is visible to readers now. */
  public void attach(Moment moment) {
    if (inOrder(moment)) {
      life = Life.ATTACHED;
      detached.clear();
      freed.clear();
    } else {
      forget();
    }
  }

  /** It is certainly detached from a moment on. */
  public void detach(Moment moment) {
    if (inOrder(moment)) {
      life = Life.DETACHED;
      detached.set(moment);
    } else {
      forget();
    }
  }

  /** It was given back. Its address may come back without being seen to be allocated, and then with a vm_lock_seq of its own. */
  public void free(Moment moment) {
    lockSeqKnown = false;
    section = null;
    if (inOrder(moment)) {
      life = Life.FREED;
      freed.set(moment);
    } else {
      forget();
    }
  }

  /** vma_prepare(): its range is about to change. */
  public void prepare(Moment moment) {
    prepared.set(moment);
  }

  /** vma_complete(): its range has changed. */
  public void complete() {
    prepared.clear();
  }

  /** A value of vm_lock_seq was seen. */
  public void lockSeqSeen(int value) {
    lockSeq = value;
    lockSeqKnown = true;
  }

  /** Everything but the identity is unknown again. */
  public void forget() {
    life = Life.UNKNOWN;
    section = null;
    writeLocked.clear();
    allocated.clear();
    detached.clear();
    freed.clear();
    prepared.clear();
    lockSeqKnown = false;
  }

  /** Whether this change surely follows the last one: two changes in one printed instant on two CPUs may be either way round. */
  private boolean inOrder(Moment moment) {
    boolean inOrder = !changed.known() || changed.at() == moment.at() || changed.surelyBefore(moment);
    changed.set(moment);
    return inOrder;
  }
}
