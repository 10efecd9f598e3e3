package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.Calls;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.VmaState;
import org.jspecify.annotations.Nullable;

/** A __vma_start_write() or a detach in flight, with what its entry sampled. */
final class ReaderWait implements Calls.StartWrite {
  private @Nullable VmaState vma;
  private boolean refcntKnown;
  private int refcnt;
  private Calls.@Nullable Unlocked unlocked;
  private final Moment entered = new Moment();
  private final Moment slept = new Moment();

  @Override
  public @Nullable VmaState vma() {
    return vma;
  }

  @Override
  public boolean wasDetached() {
    return refcntKnown && refcnt == 0;
  }

  @Override
  public boolean wasAttached() {
    return refcntKnown && refcnt > 0;
  }

  @Override
  public Calls.@Nullable Unlocked unlocked() {
    return unlocked;
  }

  /** Whether one is in flight, and an event is not of its VMA. */
  boolean isOfAnother(long address) {
    return vma != null && vma.address() != address;
  }

  @Override
  public Moment entered() {
    return entered;
  }

  @Override
  public Moment slept() {
    return slept;
  }

  void enter(VmaState of, Sample sample, Moment moment) {
    vma = of;
    refcntKnown = sample.hasRefcnt();
    refcnt = sample.refcnt();
    boolean isUnlocked = wasAttached() && sample.hasRange() && sample.hasSeqs() && sample.lockSeq() != sample.mmSeq();
    unlocked = isUnlocked ? new Calls.Unlocked(sample.start(), sample.end(), sample.mmSeq()) : null;
    entered.set(moment);
    slept.clear();
  }

  void sleep(Moment moment) {
    if (entered.known()) {
      slept.set(moment);
    }
  }

  void close() {
    if (vma == null) {
      return; // as for almost every event
    }
    vma = null;
    refcntKnown = false;
    unlocked = null;
    entered.clear();
    slept.clear();
  }
}
