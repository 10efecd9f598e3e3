package io.vmatrace.checker.reconstruct;

import io.vmatrace.checker.mm.Calls;
import io.vmatrace.checker.mm.FaultFlags;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.Field;
import org.jspecify.annotations.Nullable;

/** A handle_mm_fault() in flight, as the reconstruction keeps it. */
final class HandledFault implements Calls.FaultCall {
  private @Nullable VmaState vma;
  private long address;
  private long flags;
  private final Moment entered = new Moment();
  private final Moment prepared = new Moment();
  private final Moment blocked = new Moment();
  private final Moment startedWrite = new Moment();

  @Override
  public @Nullable VmaState vma() {
    return vma;
  }

  @Override
  public long address() {
    return address;
  }

  @Override
  public long flags() {
    return flags;
  }

  @Override
  public boolean isUnderVmaLock() {
    return FaultFlags.isUnderVmaLock(flags);
  }

  @Override
  public Moment entered() {
    return entered;
  }

  @Override
  public Moment prepared() {
    return prepared;
  }

  @Override
  public Moment blocked() {
    return blocked;
  }

  @Override
  public Moment startedWrite() {
    return startedWrite;
  }

  /** Whether a return of handle_mm_fault() can be that of this call: what it tells beside its value is the same. */
  boolean isReturn(EventBatch events, int i) {
    VmaState of = vma;
    return of != null
        && (!events.has(i, Field.VMA) || events.value(i, Field.VMA) == of.address())
        && (!events.has(i, Field.ADDRESS) || events.value(i, Field.ADDRESS) == address);
  }

  /** Whether a return of handle_mm_fault() is of another VMA and of another address. */
  boolean isOfAnother(EventBatch events, int i) {
    VmaState of = vma;
    return of != null
        && events.has(i, Field.VMA)
        && events.value(i, Field.VMA) != of.address()
        && events.has(i, Field.ADDRESS)
        && events.value(i, Field.ADDRESS) != address;
  }

  void enter(VmaState of, long at, long with, Moment moment) {
    close();
    vma = of;
    address = at;
    flags = with;
    entered.set(moment);
  }

  /** __vmf_anon_prepare() returned, of this VMA. */
  void prepare(long of, Moment moment) {
    if (vma != null && vma.address() == of) {
      prepared.set(moment);
    }
  }

  void block(Moment moment) {
    if (entered.known() && !blocked.known()) {
      blocked.set(moment);
    }
  }

  void startWrite(Moment moment) {
    if (entered.known() && !startedWrite.known()) {
      startedWrite.set(moment);
    }
  }

  void close() {
    if (vma == null) {
      return; // as for almost every event
    }
    vma = null;
    flags = 0;
    entered.clear();
    prepared.clear();
    blocked.clear();
    startedWrite.clear();
  }
}
