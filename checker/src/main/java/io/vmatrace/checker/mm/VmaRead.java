package io.vmatrace.checker.mm;

import org.jspecify.annotations.Nullable;

/**
 * One attempt of a task at a VMA read lock: the look-up (lock_vma_under_rcu() in flight), then, if it was granted, the certain
 * read interval from its return on.
 */
public final class VmaRead {
  private @Nullable MmState mm;
  private long address;
  private @Nullable VmaState vma;
  private int incarnation;
  private final Moment entered = new Moment();
  private final Moment slept = new Moment();
  private final Moment granted = new Moment();

  /** The mm that was asked; null when no look-up is in flight and no read lock held. */
  public @Nullable MmState mm() {
    return mm;
  }

  public long address() {
    return address;
  }

  /** The VMA whose read lock is certainly held, or null. */
  public @Nullable VmaState vma() {
    return vma;
  }

  /** Whether the VMA is still the one that was locked, and not another one at the same address. */
  public boolean isSameVma() {
    return vma != null && vma.incarnation() == incarnation;
  }

  /** The entry of lock_vma_under_rcu(); unset when it was not seen. */
  public Moment entered() {
    return entered;
  }

  /** When the task went to sleep inside lock_vma_under_rcu(); unset when it did not. */
  public Moment slept() {
    return slept;
  }

  /** The return of lock_vma_under_rcu() with a VMA; unset while the look-up is in flight. */
  public Moment granted() {
    return granted;
  }

  public void enter(MmState mm, long address, Moment moment) {
    close();
    this.mm = mm;
    this.address = address;
    entered.set(moment);
  }

  public void sleep(Moment moment) {
    if (entered.known() && !granted.known()) {
      slept.set(moment);
    }
  }

  public void grant(MmState mm, VmaState vma, Moment moment) {
    this.mm = mm;
    this.vma = vma;
    incarnation = vma.incarnation();
    granted.set(moment);
  }

  /** Nothing is in flight or held any more. */
  public void close() {
    if (mm == null) {
      return; // as for almost every event
    }
    mm = null;
    vma = null;
    entered.clear();
    slept.clear();
    granted.clear();
  }
}
