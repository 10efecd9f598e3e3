package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.Memory;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.OpPair;
import io.vmatrace.checker.mm.SystemCall;
import io.vmatrace.checker.mm.TaskState;
import io.vmatrace.checker.mm.VmaState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A task, as the reconstruction keeps it: what observers may see, its page fault and its system call. */
final class KnownTask implements TaskState {
  private final int pid;
  private @Nullable KnownMm mm;
  private final ArrayList<KnownHold> holds = new ArrayList<>(2);
  private boolean holdsKnown;

  /** The mmap_locks that it waits for. */
  final AskedLocks<KnownMm> asked = new AskedLocks<>();

  private final LookUp read = new LookUp();
  private final HandledFault faultCall = new HandledFault();
  private final ReaderWait startWrite = new ReaderWait();
  private final ReaderWait detach = new ReaderWait();
  private @Nullable KnownMm forkParent;
  private @Nullable KnownMm forkChild;
  private final Memory memory = new Memory();

  final OpPair.Counts pairs = new OpPair.Counts();
  final InsideCalls inside = new InsideCalls();
  final Fault fault = new Fault();

  /** Faults that took no lock that is recorded. */
  final FaultsInDoubt unlockedFaults = new FaultsInDoubt();

  /** Faults that took the read side of the mmap_lock, of which no look-up is recorded. */
  final FaultsInDoubt lockedFaults = new FaultsInDoubt();

  /** Faults that took no look-up, and ended by what may be the exit of a task that was killed in them. */
  final FaultsInDoubt unreturnedFaults = new FaultsInDoubt();

  /** Faults of the first byte of a page, which was looked up under the read side: by them, or by a system call after them. */
  final FaultsInDoubt lookedUpFaults = new FaultsInDoubt();

  final Syscall syscall = new Syscall();

  /** The mm of its last mmap_lock event: after an exec, the new mm. */
  @Nullable KnownMm lastLocked;

  /** The mm whose mm_lock_seq it read last, and that. */
  @Nullable KnownMm seqMm;

  int seqRead;

  /** Where the capture saw it made, or 0. */
  long bornAt;

  /** Whether it was seen in user mode last at the border of a system call. */
  boolean sinceCall;

  /** Where in the capture it last did what a task that waits for a lock does not do, or 0. */
  long actedAt;

  /** When it was last seen in user mode. */
  private final Moment inUserModeAt = new Moment();

  /** How many look-ups were missing when it looked something up last, or -1. */
  int lookUpsMissed = -1;

  /** Whether it was seen to use addresses of more than 32 bits. */
  boolean hasLargeAddresses;

  /** Where in the capture it last gave an mmap_lock back, or 0. */
  private long releasedAt;

  /** Where in the capture its last write section ended. */
  long lastSectionEndedAt;

  /** The range that it is gathering for a munmap. */
  long gatherFirst;

  long gatherLast;

  final LastSeen seen = new LastSeen();

  KnownTask(int pid) {
    this.pid = pid;
  }

  @Override
  public int pid() {
    return pid;
  }

  @Override
  public @Nullable KnownMm mm() {
    return mm;
  }

  @Override
  public List<KnownHold> holds() {
    return holds;
  }

  @Override
  public boolean isHoldsKnown() {
    return holdsKnown;
  }

  @Override
  public Moment inUserModeAt() {
    return inUserModeAt;
  }

  @Override
  public boolean isCallsRecorded() {
    return syscall.areBordersRecorded();
  }

  @Override
  public boolean isSinceCall() {
    return sinceCall;
  }

  @Override
  public SystemCall.Kind systemCall() {
    return syscall.which();
  }

  @Override
  public boolean isInCallOnOwnMm() {
    return syscall.isOnOwnMm() && syscall.endIsRecorded && inUserModeAt.at() <= syscall.enteredAt;
  }

  @Override
  public @Nullable KnownHold holdOf(@Nullable MmState of) {
    return KnownHold.of(of, holds);
  }

  @Override
  public @Nullable KnownSection sectionOf(@Nullable MmState of) {
    KnownHold hold = holdOf(of);
    return hold != null && hold.isWrite() ? hold.section() : null;
  }

  /** The mm at an address, if its mmap_lock is held for writing. */
  @Nullable KnownMm writes(long mm) {
    for (KnownHold hold : holds) {
      if (hold.isWrite() && hold.mm().address() == mm) {
        return hold.mm();
      }
    }
    return null;
  }

  @Override
  public @Nullable KnownSection innermostSection() {
    return KnownHold.innermostSection(holds);
  }

  @Override
  public LookUp read() {
    return read;
  }

  @Override
  public HandledFault faultCall() {
    return faultCall;
  }

  @Override
  public ReaderWait startWrite() {
    return startWrite;
  }

  /** Its vma_mark_detached() or __vma_exclude_readers_for_detach(). */
  ReaderWait detach() {
    return detach;
  }

  @Override
  public @Nullable ReaderWait asleepIn() {
    return startWrite.slept().known() ? startWrite : detach.slept().known() ? detach : null;
  }

  @Override
  public @Nullable MmState forkParent() {
    return forkParent;
  }

  @Override
  public @Nullable MmState execMm() {
    return syscall.execMm;
  }

  @Override
  public Memory memory() {
    return memory;
  }

  /** Whether it may hold a VMA read-locked: it looks one up in that mm and has no answer yet, or has got it and not been seen to let go. */
  boolean mayRead(VmaState vma) {
    boolean looksUp = read.mm() != null && read.mm() == vma.mm() && (read.vma() == null || read.vma() == vma);
    return looksUp || faultCall.isUnderVmaLock() && faultCall.vma() == vma;
  }

  /** While it copies an mm in fork: the new mm; after that, until it takes another lock, the mm of its next child. */
  @Nullable KnownMm forkChild() {
    return forkChild;
  }

  void runsIn(@Nullable KnownMm in) {
    seqMm = mm == in ? seqMm : null;
    mm = in;
  }

  void readLock(KnownMm of, Moment moment) {
    holds.add(of.readLock(this, moment));
  }

  void writeLock(KnownMm of, Moment moment) {
    holds.add(of.writeLock(this, moment));
    gatherFirst = 0; // what it gathered in an earlier section it has unmapped by now
    gatherLast = 0;
  }

  /** mmap_write_downgrade(): the write section ends, the hold continues as a read hold. */
  void downgrade(KnownHold hold, Moment moment) {
    endSection(hold, moment);
    hold.downgrade();
  }

  void unlock(KnownHold hold, Moment moment) {
    if (hold.isWrite()) {
      KnownSection section = hold.section();
      if (section != null) {
        section.reattach();
      }
      endSection(hold, moment);
    }
    hold.mm().unlock(hold);
    holds.remove(hold);
    if (hold.mm() == forkParent) {
      forkParent = null;
    }
  }

  /** A hold turns out to be uncertain: it may have ended unseen, and others may have begun. */
  void forgetHold(KnownHold hold) {
    hold.endUnseen();
    hold.mm().unlock(hold);
    holds.remove(hold);
    holdsKnown = false;
  }

  /** dup_mmap(): both write locks are held, parent's and child's. */
  void fork(KnownMm parent, KnownMm child) {
    forkParent = parent;
    forkChild = child;
  }

  void forked() {
    forkChild = null;
  }

  /** Seen in user mode: it holds nothing and is inside nothing. */
  void inUserMode() {
    while (!holds.isEmpty()) {
      KnownHold hold = holds.removeLast();
      hold.endUnseen();
      hold.mm().unlock(hold);
    }
    holdsKnown = true;
    sinceCall = false;
    asked.clear();
    read.close();
    faultCall.close();
    startWrite.close();
    detach.close();
    memory.clear();
    forkParent = null;
  }

  /** Nothing is known of it but its pid. */
  void forget() {
    inUserMode();
    holdsKnown = false;
    mm = null;
    seqMm = null;
    forkChild = null;
    syscall.forget();
    lastLocked = null;
    lastSectionEndedAt = 0;
  }

  @Override
  public long releasedAt() {
    return releasedAt;
  }

  /** It gives an mmap_lock back, or downgrades it. */
  void releases(Moment moment) {
    releasedAt = moment.at();
  }

  @Override
  public boolean isQuietBetween(long after, long before) {
    return seen.isQuietBetween(after, before, false);
  }

  @Override
  public boolean isQuietAt(Moment now) {
    return seen.isQuietAt(now);
  }

  @Override
  public boolean isQuietRunningBetween(long after, long before) {
    return seen.isQuietBetween(after, before, true);
  }

  /** Whether it has nothing under way: no hold, look-up, write lock or fork, and it waits for no mmap_lock; the end of its last fault may be still to come. */
  boolean isAtRest() {
    boolean locks = holds.isEmpty() && asked.mm() == null;
    boolean calls = read.mm() == null && faultCall.vma() == null && startWrite.vma() == null && detach.vma() == null;
    return locks && calls && forkParent == null && forkChild == null && !isSilent();
  }

  /** Whether it was made in the capture and did nothing in it: then it runs untraced, or on a CPU that is not in the capture. */
  boolean isSilent() {
    return bornAt > 0 && seen.at() == 0;
  }

  private static void endSection(KnownHold hold, Moment moment) {
    KnownSection section = hold.section();
    if (section != null && section.isOpen()) {
      section.ended().set(moment);
      section.mm().sectionEnded(section);
    }
  }
}
