package io.vmatrace.checker.whatif;

import io.vmatrace.checker.mm.FaultCall;
import io.vmatrace.checker.whatif.CapturedOperation.Call;
import io.vmatrace.checker.whatif.CapturedOperation.Mark;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import java.util.ArrayList;
import java.util.List;

/** An operation that a task is in the middle of, as far as the capture has shown it. */
final class OperationDraft {
  /** More steps of one operation are not placed: they come behind the last one that is. */
  private static final int MOST_MARKS = 100_000;

  private Call call;
  private int mm;
  private int child = -1;
  private long page;
  private boolean downgrades;
  private final List<Mark> marks = new ArrayList<>();
  private final SectionChanges section = new SectionChanges();

  OperationDraft(Call call, int mm) {
    this.call = call;
    this.mm = mm;
  }

  Call call() {
    return call;
  }

  int mm() {
    return mm;
  }

  OperationDraft page(long value) {
    page = value;
    return this;
  }

  void in(int value) {
    mm = value;
  }

  void child(int value) {
    child = value;
  }

  void downgrades() {
    downgrades = true;
  }

  boolean isEmpty() {
    return marks.isEmpty();
  }

  boolean isFresh(long vma) {
    return section.isFresh(vma);
  }

  /** Whether it has shown a step. */
  boolean has(String step) {
    return marks.stream().anyMatch(mark -> mark.step().equals(step));
  }

  /** Whether the mmap_lock is held for writing. */
  boolean isWriting() {
    return call == Call.WRITE && has("acquire_returned");
  }

  /** Whether it is inside handle_mm_fault(). */
  boolean isInHandler() {
    return has("handle_mm_fault") && !has("handle_mm_fault_ret");
  }

  /** Whether it goes on under the mmap_lock if it asks for that: a fault that is not served yet, a look-up that came back with nothing. */
  boolean fallsBack() {
    if (call == Call.FAULT) {
      return marks.stream().noneMatch(mark -> mark.step().equals("handle_mm_fault_ret") && (mark.value() & FaultCall.VM_FAULT_RETRY) == 0);
    }
    return call == Call.LOOK_UP && marks.getLast().step().equals("lock_vma_under_rcu_ret") && marks.getLast().value() == 0;
  }

  /** What it tried it did not get, and goes on otherwise. */
  void forgetTry() {
    if (!marks.isEmpty() && marks.getLast().step().equals("start_locking")) {
      marks.removeLast();
    }
  }

  void mark(EventKind kind, long time, long value) {
    if (marks.size() < MOST_MARKS) {
      marks.add(new Mark(step(kind), time, value));
    }
  }

  /** What the engine calls the step at which the event is seen. */
  private static String step(EventKind kind) {
    return switch (kind) {
      case MMAP_LOCK_START_LOCKING -> "start_locking";
      case MMAP_LOCK_ACQUIRE_RETURNED -> "acquire_returned";
      case MMAP_LOCK_RELEASED -> "released";
      default -> kind.eventName();
    };
  }

  /** An event inside a write section. */
  void writes(EventBatch events, int i, long time) {
    call = events.kind(i) == EventKind.EXIT_MMAP_EVENT ? Call.EXIT : call;
    if (section.apply(events, i)) {
      mark(events.kind(i), time, 0);
    }
  }

  /** As far as it was seen. Two mms that are locked for writing, and VMAs that are copied: a fork. */
  CapturedOperation build() {
    boolean forks = call == Call.WRITE && child >= 0 && section.copies();
    return new CapturedOperation(forks ? Call.FORK : call, mm, child, page, forks ? List.of() : section.acts(), downgrades, List.copyOf(marks));
  }
}
