package io.vmatrace.checker.conform;

import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Sample;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.TaskState;
import io.vmatrace.checker.mm.VmaState;
import org.jspecify.annotations.Nullable;

/** The states that a VMA may be in after the events so far, and which tasks are inside of something at it. */
final class FollowedVma {
  final VmaState vma;
  final @Nullable TaskState[] slots = new @Nullable TaskState[VmaAutomaton.SLOTS];
  final FaultFacts facts = new FaultFacts();
  KnownStates set;

  /** Its set would have been too large, or events may be missing: nothing is said of it until it is new. */
  boolean isUndecided;

  /** Its memory is free. */
  boolean isFreed;

  /** The last event of a task at it, and before it the last one of another task. */
  final Moment last = new Moment();

  private final @Nullable Probe[] probes = new @Nullable Probe[VmaAutomaton.SLOTS];

  /** How many write sections its mm had when it was last looked up. */
  long sections;

  @Nullable TaskState lastTask;
  final Moment lastOther = new Moment();

  FollowedVma(VmaState vma, KnownStates unknown) {
    this.vma = vma;
    this.set = unknown;
  }

  /** The last event of a slot. */
  Probe probe(int slot) {
    Probe probe = probes[slot];
    if (probe == null) {
      probe = new Probe();
      probes[slot] = probe;
    }
    return probe;
  }

  /** A slot for a task that has none, or -1 where all are taken. */
  int take(TaskState task) {
    for (int slot = 0; slot < slots.length; slot++) {
      if (slots[slot] == null && (set.idle >> slot & 1) != 0) {
        slots[slot] = task;
        probe(slot).clear();
        return slot;
      }
    }
    return -1;
  }

  boolean isAlone() {
    for (TaskState task : slots) {
      if (task != null) {
        return false;
      }
    }
    return true;
  }

  /** Whether a task other than this one had an event here that may as well have come after a moment. */
  boolean isOrderOpen(TaskState task, Moment moment) {
    Moment before = lastTask == task ? lastOther : last;
    return before.known() && !before.surelyBefore(moment);
  }

  void seen(TaskState task, Moment moment) {
    if (lastTask != task) {
      lastOther.set(last);
      lastTask = task;
    }
    last.set(moment);
  }

  /** An event, and what its probe has read. */
  static final class Probe {
    private final Moment moment = new Moment();
    private @Nullable Point point;
    private int task;
    private boolean hasRefcnt;
    private int refcnt;
    private boolean hasSeqs;
    private int lockSeq;
    private int mmSeq;

    void set(Point at, Step step) {
      Sample sample = step.sample();
      point = at;
      moment.set(step.moment());
      task = step.task().pid();
      hasRefcnt = sample.hasRefcnt();
      refcnt = hasRefcnt ? sample.refcnt() : 0;
      hasSeqs = sample.hasSeqs();
      lockSeq = hasSeqs ? sample.lockSeq() : 0;
      mmSeq = hasSeqs ? sample.mmSeq() : 0;
    }

    void clear() {
      point = null;
    }

    @Nullable Point point() {
      return point;
    }

    Moment moment() {
      return moment;
    }

    /** Whether it has read a vm_refcnt of 0. */
    boolean isZero() {
      return hasRefcnt && refcnt == 0;
    }

    int task() {
      return task;
    }

    /** The values, for a person. */
    String observed() {
      String count = hasRefcnt ? "vm_refcnt 0x%x".formatted(refcnt) : "";
      String seqs = hasSeqs ? "vm_lock_seq %d, mm_lock_seq %d".formatted(lockSeq, mmSeq) : "";
      String all = count.isEmpty() || seqs.isEmpty() ? count + seqs : count + ", " + seqs;
      return all.isEmpty() && point != null ? point.says() : all;
    }
  }
}
