package io.vmatrace.checker.concurrent;

import io.vmatrace.checker.protocol.StepId;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A task as its own thread sees it: the kernel's {@code current}. It announces each step before doing it; here nobody listens. The
 * methods are empty, and the JIT compiler removes the calls while no class that overrides them is loaded. Tests override them: to run
 * one thread at a time, and to check what the task does.
 */
public class Task {
  private static final VarHandle WOKEN = Handles.of(MethodHandles.lookup(), Task.class, "woken", boolean.class);

  /** VMAs that an operation has gathered: those of mas_detach. */
  final List<Vma> gathered = new ArrayList<>();

  /** VMAs to be unlocked one by one at the end of the write section, for locks that need it. */
  final List<Vma> writeLocked = new ArrayList<>();

  /** How often it walked again because a VMA was detached; waited for readers; detached; waited a second time in a detach. */
  public long retries;

  public long writerWaits;
  public long detached;
  public long secondWaits;

  private final Thread thread = Thread.currentThread();

  /** Woken since it last registered; accessed by {@link #WOKEN} only. */
  boolean woken;

  /** Whether SIGKILL ends its current or next sleep: TASK_KILLABLE, not TASK_UNINTERRUPTIBLE. */
  volatile boolean killable;

  /** fatal_signal_pending(). */
  volatile boolean killed;

  /** The next access to what is shared, by the step that it is in every model of the protocol. */
  void step(StepId step) {}

  /** It has a VMA's read lock and uses the VMA for an address. */
  void reads(Mm mm, Vma vma, long address) {}

  /** Its walk of an mm was at an address and found the next VMA at another, or none: then the end of the address space. */
  void sees(Mm mm, long from, long next) {}

  /** It has write-locked a VMA. */
  void writeLocks(Vma vma) {}

  /** It detaches a VMA, which it must have write-locked (vma_mark_detached(): vma_assert_write_locked()). */
  void detaches(Vma vma) {}

  /** It changes a field of a VMA that readers read. */
  void changes(Mm mm, Vma vma) {}

  /** It begins to copy page table entries of a VMA for fork, or has done so. */
  void copies(Vma vma, boolean begins) {}

  /** It wakes a writer of an mm. */
  void wakes(Mm mm) {}

  /** It set vm_refcnt to this. */
  void refcnt(Vma vma, int value) {}

  /** It got a VMA from the slab. */
  void allocates(Vma vma) {}

  /** It frees a VMA to the slab. */
  void frees(Mm mm, Vma vma) {}

  /** It frees page tables up to and including last. */
  void freesPageTables(Mm mm, long first, long last) {}

  /** Its write locks are about to end. */
  void sectionEnds(Mm mm) {}

  /** Sleeps until {@link #unpark}, or spuriously shorter. */
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

  /** SIGKILL (signal_wake_up_state(), kernel/signal.c): its operation continues until it checks, or sleeps killably. */
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
