package io.vmatrace.checker.mm;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of one task: its mm, the mmap_locks it holds, and the calls it is inside of. */
public final class TaskState {
  private final int pid;
  private @Nullable MmState mm;
  private final List<Hold> holds = new ArrayList<>(2);
  private boolean holdsKnown;

  private @Nullable MmState locking;
  private boolean lockingForWrite;
  private final Moment lockingSince = new Moment();

  private final VmaRead read = new VmaRead();
  private final FaultCall faultCall = new FaultCall();
  private final StartWrite startWrite = new StartWrite();
  private final StartWrite detach = new StartWrite();
  private final Unmap unmap = new Unmap();
  private @Nullable MmState forkParent;
  private @Nullable MmState forkChild;

  public TaskState(int pid) {
    this.pid = pid;
  }

  /** The kernel's pid: user space's thread id. */
  public int pid() {
    return pid;
  }

  /** The mm that it runs in, or null when not proven. */
  public @Nullable MmState mm() {
    return mm;
  }

  /** Its certain holds, in the order of acquisition. */
  public List<Hold> holds() {
    return holds;
  }

  /** Whether {@link #holds} is all it holds: true once it was seen in user mode, where a task holds nothing. */
  public boolean isHoldsKnown() {
    return holdsKnown;
  }

  /** Its hold of an mm's mmap_lock, or null: none, or none that is known. */
  public @Nullable Hold holdOf(@Nullable MmState of) {
    for (int i = holds.size() - 1; i >= 0; i--) {
      if (holds.get(i).mm() == of) {
        return holds.get(i);
      }
    }
    return null;
  }

  /** The open write section of this task on an mm, or null when it has none or none is known. */
  public @Nullable WriteSection sectionOf(@Nullable MmState of) {
    Hold hold = holdOf(of);
    return hold != null && hold.isWrite() ? hold.section() : null;
  }

  /** The write section that it opened last and still holds, or null. */
  public @Nullable WriteSection innermostSection() {
    for (int i = holds.size() - 1; i >= 0; i--) {
      if (holds.get(i).isWrite()) {
        return holds.get(i).section();
      }
    }
    return null;
  }

  /** The mm whose mmap_lock it has asked for (start_locking) and not got yet, or null. */
  public @Nullable MmState locking() {
    return locking;
  }

  public boolean isLockingForWrite() {
    return lockingForWrite;
  }

  public Moment lockingSince() {
    return lockingSince;
  }

  public VmaRead read() {
    return read;
  }

  public FaultCall faultCall() {
    return faultCall;
  }

  public StartWrite startWrite() {
    return startWrite;
  }

  /** Its vma_mark_detached() or __vma_exclude_readers_for_detach(). */
  public StartWrite detach() {
    return detach;
  }

  /** The wait for readers that it is asleep in, or null. */
  public @Nullable StartWrite asleepIn() {
    return startWrite.slept().known() ? startWrite : detach.slept().known() ? detach : null;
  }

  /** Whether it may hold a VMA read-locked: it looks one up in that mm and has no answer yet, or has got it and not been seen to let go. */
  public boolean mayRead(VmaState vma) {
    boolean looksUp = read.mm() != null && read.mm() == vma.mm() && (read.vma() == null || read.vma() == vma);
    return looksUp || faultCall.isUnderVmaLock() && faultCall.vma() == vma;
  }

  public Unmap unmap() {
    return unmap;
  }

  /** While it copies an mm in fork: the mm that is copied; else null. */
  public @Nullable MmState forkParent() {
    return forkParent;
  }

  /** While it copies an mm in fork: the new mm; after that, until it takes another lock, the mm of its next child. */
  public @Nullable MmState forkChild() {
    return forkChild;
  }

  public void runsIn(@Nullable MmState in) {
    mm = in;
  }

  public void startLocking(MmState of, boolean write, Moment moment) {
    locking = of;
    lockingForWrite = write;
    lockingSince.set(moment);
  }

  public void stopLocking() {
    locking = null;
    lockingSince.clear();
  }

  public Hold readLock(MmState of, Moment moment) {
    Hold hold = of.readLock(this, moment);
    holds.add(hold);
    return hold;
  }

  public Hold writeLock(MmState of, Moment moment) {
    Hold hold = of.writeLock(this, moment);
    holds.add(hold);
    return hold;
  }

  /** mmap_write_downgrade(): the write section ends, the hold goes on as a read hold. */
  public void downgrade(Hold hold, Moment moment) {
    unmap.close();
    endSection(hold, moment);
    hold.downgrade();
  }

  public void unlock(Hold hold, Moment moment) {
    if (hold.isWrite()) {
      WriteSection section = hold.section();
      if (section != null) {
        section.reattach();
      }
      unmap.close();
      endSection(hold, moment);
    }
    hold.mm().unlock(hold);
    holds.remove(hold);
    if (hold.mm() == forkParent) {
      forkParent = null;
    }
  }

  /** A hold turns out to be uncertain: it may have ended unseen, and others may have begun. */
  public void forgetHold(Hold hold) {
    hold.mm().unlock(hold);
    holds.remove(hold);
    holdsKnown = false;
  }

  /** dup_mmap(): both write locks are held, parent's and child's. */
  public void fork(MmState parent, MmState child) {
    forkParent = parent;
    forkChild = child;
  }

  public void forked() {
    forkChild = null;
  }

  /** Seen in user mode: it holds nothing and is inside nothing. */
  public void inUserMode() {
    while (!holds.isEmpty()) {
      Hold hold = holds.removeLast();
      hold.mm().unlock(hold);
    }
    holdsKnown = true;
    stopLocking();
    read.close();
    faultCall.close();
    startWrite.close();
    detach.close();
    unmap.close();
    forkParent = null;
  }

  /** Nothing is known of it but its pid. */
  public void forget() {
    inUserMode();
    holdsKnown = false;
    mm = null;
    forkChild = null;
  }

  private static void endSection(Hold hold, Moment moment) {
    WriteSection section = hold.section();
    if (section != null && section.isOpen()) {
      section.ended().set(moment);
      section.mm().sectionEnded();
    }
  }
}
