package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.Calls;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Moment;
import org.jspecify.annotations.Nullable;

/** A look-up of a VMA under RCU and the read lock that it took. */
final class LookUp implements Calls.VmaRead {
  private static final Moment NEVER = new Moment();

  private @Nullable MmState mm;
  private long address;
  private @Nullable KnownVma vma;
  private int incarnation;
  private final Moment entered = new Moment();
  private final Moment slept = new Moment();
  private final Moment granted = new Moment();

  @Override
  public @Nullable MmState mm() {
    return mm;
  }

  @Override
  public long address() {
    return address;
  }

  @Override
  public @Nullable KnownVma vma() {
    return vma;
  }

  @Override
  public boolean isSameVma() {
    return vma != null && vma.incarnation() == incarnation;
  }

  @Override
  public Moment freed() {
    if (vma == null || vma.incarnation() == incarnation) {
      return vma == null ? NEVER : vma.freed();
    }
    Moment before = vma.incarnation() == incarnation + 1 ? vma.freedBefore() : null;
    return before == null ? NEVER : before;
  }

  @Override
  public Moment entered() {
    return entered;
  }

  @Override
  public Moment slept() {
    return slept;
  }

  @Override
  public Moment granted() {
    return granted;
  }

  void enter(MmState in, long at, Moment moment) {
    close();
    mm = in;
    address = at;
    entered.set(moment);
  }

  void sleep(Moment moment) {
    if (entered.known() && !granted.known()) {
      slept.set(moment);
    }
  }

  void grant(MmState in, KnownVma locked, Moment moment) {
    mm = in;
    vma = locked;
    incarnation = locked.incarnation();
    granted.set(moment);
  }

  /** Nothing is in flight or held any more. */
  void close() {
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
