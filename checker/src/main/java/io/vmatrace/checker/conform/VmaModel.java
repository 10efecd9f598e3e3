package io.vmatrace.checker.conform;

import io.vmatrace.checker.mm.Calls.FaultCall;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.TaskState;
import io.vmatrace.checker.mm.VmaState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The parts of one VMA's vm_refcnt, as far as the events prove them: 1 if it is attached, 1 for each reader, and the flag while a
 * task excludes readers (docs/PROTOCOL.md, Values of vm_refcnt). Steps that no probe shows may have happened or not, so each part is
 * a range.
 */
final class VmaModel {
  /** Whether its attachment is one of the references. */
  enum Attached {
    UNKNOWN,
    NO,
    YES,
    /** An inline vma_mark_attached() or vma_mark_detached() may have happened. */
    EITHER
  }

  /** A task that has, or had, a reference. */
  private record Reader(TaskState task, Moment left) {}

  final VmaState vma;
  private Attached attached = Attached.UNKNOWN;
  private final Moment attachedSince = new Moment();

  /** References from before the VMA was first seen. */
  private int strangers;

  private final List<Reader> readers = new ArrayList<>(2);
  private @Nullable TaskState excluder;
  private final Moment excluded = new Moment();

  VmaModel(VmaState vma) {
    this.vma = vma;
  }

  boolean isKnown() {
    return attached != Attached.UNKNOWN;
  }

  void attached(Attached now, Moment moment) {
    attached = now;
    attachedSince.set(moment);
  }

  /** The attachment as it may be at a moment: a change of the same printed time may be before or after it. */
  private Attached attachedAt(Moment moment) {
    boolean sure = attached == Attached.UNKNOWN || !attachedSince.known() || attachedSince.surelyBefore(moment);
    return sure ? attached : Attached.EITHER;
  }

  boolean isCertainlyDetachedAt(Moment moment) {
    return attachedAt(moment) == Attached.NO;
  }

  /** A look-up returned it to a task. */
  void read(TaskState task) {
    readers.add(new Reader(task, new Moment()));
  }

  /** The task is past vma_end_read(), if it had a reference. */
  void left(TaskState task, Moment moment) {
    for (Reader reader : readers) {
      if (reader.task == task && !reader.left.known()) {
        reader.left.set(moment);
      }
    }
  }

  /** Tasks that surely were inside handle_mm_fault() under the VMA's lock before a moment. */
  List<TaskState> readersInFault(Moment moment) {
    List<TaskState> found = new ArrayList<>(0);
    for (Reader reader : readers) {
      FaultCall call = reader.task.faultCall();
      if (!reader.left.known() && call.vma() == vma && call.isUnderVmaLock() && call.entered().surelyBefore(moment)) {
        found.add(reader.task);
      }
    }
    return found;
  }

  /** A writer has waited until all readers left: the remaining references are those of look-ups. */
  void readersLeft() {
    readers.clear();
    strangers = 0;
  }

  /** A task begins to exclude readers. */
  void exclude(TaskState task) {
    excluder = task;
    excluded.clear();
  }

  /** It admits them again. */
  void include(Moment moment) {
    excluder = null;
    excluded.set(moment);
  }

  /** Whether the flag may be set at a moment, as other tasks than the excluding one see it. */
  boolean mayBeExcludedAt(Moment moment, TaskState by) {
    return excluder != null && excluder != by || excluded.known() && !excluded.surelyBefore(moment);
  }

  /**
   * The fewest references there can be at a moment, without readers: a reader may have ended its read lock at once (no right to the
   * access, madvise), or inside handle_mm_fault() (VM_FAULT_RETRY), and no event says so.
   */
  int least(Moment moment) {
    return attachedAt(moment) == Attached.YES ? 1 : 0;
  }

  /** The most references there can be at a moment, without those of look-ups. */
  int most(Moment moment) {
    readers.removeIf(reader -> reader.left.known() && reader.left.surelyBefore(moment));
    return (attachedAt(moment) == Attached.NO ? 0 : 1) + readers.size() + strangers;
  }

  /** Adopts an observed value, at the first sight of a VMA or after a mismatch. */
  void fit(int refcnt, Moment moment) {
    readers.removeIf(reader -> reader.left.known());
    boolean plain = excluder == null;
    attached(refcnt == 0 ? Attached.NO : plain ? Attached.YES : Attached.EITHER, moment);
    strangers = Math.max(0, refcnt - readers.size() - 1);
  }

  @Override
  public String toString() {
    List<Integer> pids = readers.stream().map(reader -> reader.task.pid()).toList();
    String was = strangers > 0 ? ", there before: %d".formatted(strangers) : "";
    return "attached: %s, readers: %s%s%s"
        .formatted(attached.name().toLowerCase(Locale.ROOT), pids, was, excluder == null ? "" : ", excluded by " + excluder.pid());
  }
}
