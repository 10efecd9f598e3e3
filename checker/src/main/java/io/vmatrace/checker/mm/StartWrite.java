package io.vmatrace.checker.mm;

import org.jspecify.annotations.Nullable;

/** A __vma_start_write() in flight, with what its entry sampled. */
public final class StartWrite {
  private @Nullable VmaState vma;
  private boolean refcntKnown;
  private int refcnt;
  private final Moment entered = new Moment();
  private final Moment slept = new Moment();

  /** The VMA argument; null when none is in flight. */
  public @Nullable VmaState vma() {
    return vma;
  }

  /** Whether the entry showed a detached VMA: refcnt 0. */
  public boolean wasDetached() {
    return refcntKnown && refcnt == 0;
  }

  /** The entry; unset when none is in flight. */
  public Moment entered() {
    return entered;
  }

  public void enter(VmaState vma, Sample sample, Moment moment) {
    this.vma = vma;
    refcntKnown = sample.hasRefcnt();
    refcnt = sample.refcnt();
    entered.set(moment);
  }

  /** When it went to sleep until readers have left; unset when it did not. */
  public Moment slept() {
    return slept;
  }

  public void sleep(Moment moment) {
    if (entered.known()) {
      slept.set(moment);
    }
  }

  public void close() {
    if (vma == null) {
      return; // as for almost every event
    }
    vma = null;
    refcntKnown = false;
    entered.clear();
    slept.clear();
  }
}
