package io.vmatrace.checker.mm;

import io.vmatrace.parser.event.Op;
import org.jspecify.annotations.Nullable;

/**
 * One thing that the protocol did, with the states it concerns as they were <em>before</em> it: rules look at a step first, then
 * its effect is applied. One object is reused for every step, so nothing may keep it; {@link Moment#copy} keeps its moment. What an op does
 * not have is 0, false or null.
 */
public final class Step {
  private Op op = Op.PAGE_FAULT;
  private final Moment moment = new Moment();
  private @Nullable TaskState task;
  private @Nullable MmState mm;
  private @Nullable VmaState vma;
  private @Nullable VmaState other;
  private @Nullable VmaState removed;
  private final Sample sample = new Sample();
  private final SystemCall systemCall = new SystemCall();
  private long address;
  private long first;
  private long last;
  private long faultFlags;
  private boolean user;
  private boolean write;
  private boolean newBelow;
  private FaultReason reason = FaultReason.CUT_OFF;
  private int readers;
  private long faultAt;
  private long faultEnd;
  private long ret;
  private boolean hasRet;
  private Cpus cpus = Cpus.NOT_KNOWN;

  /** Whether any of what few ops have may be there: most steps are begun without clearing it. */
  private boolean hasMore;

  /** Begins a step: all that is not set afterwards is absent. */
  public Step begin(Op op, TaskState task, @Nullable MmState mm, @Nullable VmaState vma) {
    this.op = op;
    this.task = task;
    this.mm = mm;
    this.vma = vma;
    sample.clear();
    if (hasMore) {
      clearMore();
    }
    address = 0;
    first = 0;
    last = 0;
    faultFlags = 0;
    user = false;
    write = false;
    ret = 0;
    hasRet = false;
    return this;
  }

  private void clearMore() {
    hasMore = false;
    other = null;
    removed = null;
    systemCall.begin(SystemCall.Kind.OTHER);
    newBelow = false;
    reason = FaultReason.CUT_OFF;
    readers = 0;
    faultAt = 0;
    faultEnd = 0;
  }

  public Op op() {
    return op;
  }

  public Moment moment() {
    return moment;
  }

  /** What the capture has of its CPUs up to this step. */
  public Cpus cpus() {
    return cpus;
  }

  /** Sets that, for all steps. */
  public void cpus(Cpus of) {
    cpus = of;
  }

  /** Who did it. */
  public TaskState task() {
    if (task == null) {
      throw new IllegalStateException("no step has begun");
    }
    return task;
  }

  /** The mm concerned, or null when not known. */
  public @Nullable MmState mm() {
    return mm;
  }

  /** The VMA concerned, or null when there is none or it is not known. */
  public @Nullable VmaState vma() {
    return vma;
  }

  /** The original of a copy, the VMA that vma_prepare() inserts; else null. */
  public @Nullable VmaState other() {
    return other;
  }

  /** The VMA that vma_prepare() and vma_complete() remove; else null. */
  public @Nullable VmaState removed() {
    return removed;
  }

  /** What the probe read from the VMA. */
  public Sample sample() {
    return sample;
  }

  /** Whether it has read a value of a kernel with vm_refcnt, where mm_lock_seq is odd inside of a write section: an event probe at the mmap_lock is made for those only. */
  public boolean hasSeqOfRefcnt() {
    return sample.hasRefcnt() || op == Op.MM_LOCK_SEQ;
  }

  /** The system call that the task enters or returns from. */
  public SystemCall systemCall() {
    return systemCall;
  }

  /** The same, to be filled in. */
  public SystemCall beginSystemCall(SystemCall.Kind kind) {
    hasMore = true;
    return systemCall.begin(kind);
  }

  /** The address of a fault, look-up or split. */
  public long address() {
    return address;
  }

  /** The first byte of a tree operation or munmap. */
  public long first() {
    return first;
  }

  /** The last byte of a tree operation or munmap. */
  public long last() {
    return last;
  }

  /** The range of a tree operation or munmap. */
  public PageRange range() {
    return new PageRange(first, last);
  }

  /** The flags of a handle_mm_fault() (enum fault_flag). */
  public long faultFlags() {
    return faultFlags;
  }

  /** Whether a handle_mm_fault() begins under the VMA lock. */
  public boolean isUnderVmaLock() {
    return FaultFlags.isUnderVmaLock(faultFlags);
  }

  /** Whether a page fault is one of user mode. */
  public boolean isUserFault() {
    return user;
  }

  /** Whether the mmap_lock is asked for, or was not given, for writing; of a page fault, whether it may be one that writes. */
  public boolean isForWriting() {
    return write;
  }

  /** Whether the new VMA of a split is the part below the address. */
  public boolean isNewBelow() {
    return newBelow;
  }

  /** Which way a page fault was served. */
  public FaultReason faultReason() {
    return reason;
  }

  /** Where in the capture a page fault that is over began; it may be reported only once a later event of the task tells its way. */
  public long faultAt() {
    return faultAt;
  }

  /** The time at which such a fault was over. */
  public long faultEnd() {
    return faultEnd;
  }

  /** How many tasks may be readers that a writer still waits for, as far as is known. */
  public int readersLeft() {
    return readers;
  }

  /** Whether the capture says what the function returned. */
  public boolean hasRet() {
    return hasRet;
  }

  /** The return value, or 0 when the function returns none or the capture does not say. */
  public long ret() {
    return ret;
  }

  public void other(@Nullable VmaState value) {
    hasMore = true;
    other = value;
  }

  public void removed(@Nullable VmaState value) {
    hasMore = true;
    removed = value;
  }

  public void address(long value) {
    address = value;
  }

  public void range(long firstByte, long lastByte) {
    first = firstByte;
    last = lastByte;
  }

  public void faultFlags(long value) {
    faultFlags = value;
  }

  public void userFault(boolean value) {
    user = value;
  }

  public void forWriting(boolean value) {
    write = value;
  }

  public void newBelow(boolean value) {
    hasMore = true;
    newBelow = value;
  }

  public void faultReason(FaultReason value) {
    hasMore = true;
    reason = value;
  }

  public void readersLeft(int value) {
    hasMore = true;
    readers = value;
  }

  public void ret(long value) {
    ret = value;
    hasRet = true;
  }

  /** The fault that is over: where it began, and when it ended. */
  public Step fault(long at, long end) {
    hasMore = true;
    faultAt = at;
    faultEnd = end;
    return this;
  }
}
