package io.vmatrace.checker.mm;

import io.vmatrace.parser.event.Op;
import org.jspecify.annotations.Nullable;

/**
 * One thing that the protocol did, with the states it concerns as they were <em>before</em> it: rules look at a step first, then
 * its effect is applied. One object is reused for every step, so nothing may keep it; {@link Moment#copy} keeps its moment.
 */
public final class Step {
  private Op op = Op.PAGE_FAULT;
  private final Moment moment = new Moment();
  private TaskState task = new TaskState(-1);
  private @Nullable MmState mm;
  private @Nullable VmaState vma;
  private @Nullable VmaState other;
  private final Sample sample = new Sample();
  private long address;
  private long flags;
  private long ret;
  private boolean hasRet;

  /** Begins a step: all that is not set afterwards is absent. */
  public Step begin(Op op, TaskState task, @Nullable MmState mm, @Nullable VmaState vma) {
    this.op = op;
    this.task = task;
    this.mm = mm;
    this.vma = vma;
    other = null;
    sample.clear();
    address = 0;
    flags = 0;
    ret = 0;
    hasRet = false;
    return this;
  }

  public Op op() {
    return op;
  }

  public Moment moment() {
    return moment;
  }

  public TaskState task() {
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

  /** What the probe read from the VMA. */
  public Sample sample() {
    return sample;
  }

  /** The address of a fault, look-up or split; the first byte of a tree operation or munmap. */
  public long address() {
    return address;
  }

  /** Fault flags; 1 for a user fault; the last byte of a tree operation or munmap. */
  public long flags() {
    return flags;
  }

  public boolean hasRet() {
    return hasRet;
  }

  /** The return value, or 0 when the function returns none or the capture does not say. */
  public long ret() {
    return ret;
  }

  public void other(@Nullable VmaState value) {
    other = value;
  }

  public void address(long value) {
    address = value;
  }

  public void flags(long value) {
    flags = value;
  }

  public void ret(long value) {
    ret = value;
    hasRet = true;
  }
}
