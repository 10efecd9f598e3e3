package io.vmatrace.checker.concurrent;

import io.vmatrace.checker.protocol.StepId;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A task as its own thread sees it: the kernel's {@code current}. It tells of each step before it is done; here nobody listens. The
 * methods are empty, and as long as no class that overrides them is loaded the JIT compiler leaves the calls out. Tests override them:
 * to let one thread go on at a time, and to look at what the task does.
 */
public class Task {
  private static final VarHandle WOKEN = Handles.of(MethodHandles.lookup(), Task.class, "woken", boolean.class);

  /** VMAs that an operation has gathered: those of mas_detach. */
  final List<Vma> gathered = new ArrayList<>();

  /** VMAs that are to be unlocked one by one when the write section ends: only where each has a lock that must be. */
  final List<Vma> writeLocked = new ArrayList<>();

  /** How often it walked the tree again because a VMA was detached; waited for readers; detached, and waited a second time for that. */
  public long retries;

  public long writerWaits;
  public long detached;
  public long secondWaits;

  private final Thread thread = Thread.currentThread();

  /** Woken since it last said that it would sleep; only {@link #WOKEN} gets at it. */
  boolean woken;

  /** Whether SIGKILL ends the sleep that it is in or about to begin: TASK_KILLABLE, and not TASK_UNINTERRUPTIBLE. */
  volatile boolean killable;

  /** fatal_signal_pending(). */
  volatile boolean killed;

  /** The next access to what is shared, by the step that it is in every model of the protocol. */
  void step(StepId step) {}

  /** It has a VMA's read lock and uses the VMA for an address. */
  void reads(Mm mm, Vma vma, long address) {}

  /** Its walk of an mm was at an address, and the next VMA that it found begins at another; behind all addresses where it found none. */
  void sees(Mm mm, long from, long next) {}

  /** It has write-locked a VMA. */
  void writeLocks(Vma vma) {}

  /** It makes a VMA invisible to readers, which it must have write-locked (vma_mark_detached(): vma_assert_write_locked()). */
  void detaches(Vma vma) {}

  /** It changes something of a VMA that readers look at. */
  void changes(Mm mm, Vma vma) {}

  /** It begins to copy page table entries of a VMA for fork, or has done so. */
  void copies(Vma vma, boolean begins) {}

  /** It wakes a writer of an mm. */
  void wakes(Mm mm) {}

  /** It made vm_refcnt this. */
  void refcnt(Vma vma, int value) {}

  /** It got a VMA from the slab. */
  void allocates(Vma vma) {}

  /** It gives a VMA back to the slab. */
  void frees(Mm mm, Vma vma) {}

  /** It frees page tables; addresses to last, inside. */
  void freesPageTables(Mm mm, long first, long last) {}

  /** Its write locks are about to end. */
  void sectionEnds(Mm mm) {}

  /** Sleeps until {@link #unpark}, or for no reason less long. */
  void park() {
    LockSupport.park(this);
  }

  void unpark() {
    LockSupport.unpark(thread);
  }

  /** set_current_state(TASK_UNINTERRUPTIBLE or TASK_KILLABLE), include/linux/sched.h: a full fence follows. */
  final void setCurrentState(boolean isKillable) {
    WOKEN.setOpaque(this, false);
    if (isKillable) {
      killable = true;
    }
    VarHandle.fullFence();
  }

  /** schedule(): sleeps unless woken since {@link #setCurrentState}. */
  final void schedule() {
    while (!(boolean) WOKEN.getAcquire(this)) {
      park();
    }
  }

  /** SIGKILL (signal_wake_up_state(), kernel/signal.c): what it is in the middle of goes on until it looks, or sleeps so that it is woken. */
  final void kill() {
    killed = true;
    if (killable) {
      wake();
    }
  }

  /** wake_up_process(), kernel/sched/core.c. */
  final void wake() {
    WOKEN.setVolatile(this, true);
    unpark();
  }
}
