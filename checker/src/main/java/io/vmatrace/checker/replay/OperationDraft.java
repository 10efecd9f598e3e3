package io.vmatrace.checker.replay;

import io.vmatrace.checker.engine.Act;
import io.vmatrace.checker.engine.CapturedOperation;
import io.vmatrace.checker.engine.CapturedOperation.Call;
import io.vmatrace.checker.engine.CapturedOperation.Mark;
import io.vmatrace.checker.mm.FaultCall;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An operation that a task is in the middle of, as far as the capture has shown it. */
final class OperationDraft {
  private static final int PAGE_SHIFT = 12;

  /** More steps of one operation are not placed: they come behind the last one that is. */
  private static final int MOST_MARKS = 100_000;

  /** Pages, the last one inside. */
  private record Range(long first, long last) {}

  private Call call;
  private int mm;
  private int child = -1;
  private long page;
  private boolean downgrades;
  private final List<Mark> marks = new ArrayList<>();
  private final List<Act> acts = new ArrayList<>(0);

  /** VMAs that were made in it and are not in the tree yet. */
  private final Set<Long> fresh = new HashSet<>(0);

  /** VMAs that were write-locked, and not yet for what: the first page of each. */
  private final Map<Long, Long> writeLocked = new LinkedHashMap<>(0);

  private @Nullable Range gathered;
  private boolean gathering;
  private boolean splitting;

  /** Whether something was taken out of the tree since the last vma_prepare(). */
  private boolean clears;

  private Range prepared = new Range(0, -1);
  private @Nullable Range stored;
  private int copies;

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
    return fresh.contains(vma);
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
    EventKind kind = events.kind(i);
    switch (kind) {
      case VMS_GATHER_MUNMAP_VMAS -> gathers(range(events, i));
      case VMS_GATHER_MUNMAP_VMAS_RET -> {
        gathering = false;
        gathered = events.value(i, Field.RET) == 0 ? gathered : null;
      }
      case SPLIT_VMA -> splits(events.value(i, Field.ADDRESS) >>> PAGE_SHIFT, events.value(i, Field.FLAG) != 0);
      case VM_AREA_ALLOC_RET -> fresh.add(events.value(i, Field.VMA));
      case VM_AREA_DUP_RET -> {
        copies++;
        if (!splitting) {
          fresh.add(events.value(i, Field.VMA));
        }
      }
      case VMA_START_WRITE -> {
        if (!gathering && !splitting && !fresh.contains(events.value(i, Field.VMA))) {
          writeLocked.put(events.value(i, Field.VMA), events.value(i, Field.START) >>> PAGE_SHIFT);
        }
      }
      case VMA_PREPARE -> {
        writeLocked.clear();
        clears = false;
        prepared = range(events, i);
      }
      case VMA_COMPLETE -> completes(range(events, i), events.value(i, Field.OTHER) != 0);
      case MA_WRITE -> {
        Range range = range(events, i);
        if (range.equals(stored)) {
          return; // the same store, told again by the function that does it
        }
        stored = range;
        clears |= events.value(i, Field.VMA) == 0;
        stores(range, events.value(i, Field.VMA));
      }
      case EXPAND_DOWNWARDS -> fresh.add(events.value(i, Field.VMA));
      case EXIT_MMAP_EVENT -> call = Call.EXIT;
      case VMA_START_WRITE_RET, VMA_MARK_DETACHED, VMA_MARK_DETACHED_RET, VMA_EXCLUDE_READERS_FOR_DETACH, VMA_EXCLUDE_READERS_FOR_DETACH_RET, VMS_COMPLETE_MUNMAP_VMAS, VM_AREA_FREE -> {}
      default -> {
        return;
      }
    }
    mark(kind, time, 0);
  }

  private static Range range(EventBatch events, int i) {
    return new Range(events.value(i, Field.START) >>> PAGE_SHIFT, (events.value(i, Field.END) - 1) >>> PAGE_SHIFT);
  }

  private void gathers(Range range) {
    flush();
    gathered = range;
    gathering = true;
  }

  private void splits(long at, boolean below) {
    splitting = true;
    if (!gathering) {
      flushWrites();
      acts.add(new Act(below ? Act.Kind.SPLIT_BELOW : Act.Kind.SPLIT_ABOVE, at, at, at));
    }
  }

  /**
   * What a VMA loses is gone if the tree was cleared there (mm/vma.c vma_shrink()), and else the one beside it gets it: where that is the
   * one behind it, commit_merge() names the one that loses (6.13 to 7.3, vmg->__adjust_next_start).
   */
  private void completes(Range range, boolean inserts) {
    splitting = false;
    if (inserts || gathering) {
      return;
    }
    if (range.last < prepared.last) {
      put(loses(range.last + 1, prepared.last, prepared.last + 1));
    } else if (range.first > prepared.first) {
      put(loses(prepared.first, range.first - 1, prepared.first - 1));
    } else {
      put(new Act(Act.Kind.EXTEND, prepared.first, range.first, range.last));
    }
  }

  private Act loses(long first, long last, long beside) {
    return clears ? new Act(Act.Kind.SHRINK, first, first, last) : new Act(Act.Kind.EXTEND, beside, first, last);
  }

  /** A VMA that grows downwards has no vma_prepare(), and its old range ends where the new one does. */
  private void stores(Range range, long vma) {
    if (fresh.remove(vma) && range.first <= range.last) {
      boolean expands = has("expand_downwards");
      put(new Act(expands ? Act.Kind.EXTEND : Act.Kind.MAP, expands ? range.last : range.first, range.first, range.last));
    }
  }

  /** What takes the place of what was gathered, or of nothing. */
  private void put(Act act) {
    if (gathered != null) {
      acts.add(new Act(Act.Kind.REPLACE, gathered.first, gathered.first, gathered.last));
      gathered = null;
    }
    acts.add(act);
  }

  private void flush() {
    flushWrites();
    if (gathered != null) {
      acts.add(new Act(Act.Kind.UNMAP, gathered.first, gathered.first, gathered.last));
      gathered = null;
    }
  }

  private void flushWrites() {
    writeLocked.values().forEach(at -> acts.add(new Act(Act.Kind.WRITE, at, at, at)));
    writeLocked.clear();
  }

  CapturedOperation build() {
    flush();
    boolean forks = call == Call.WRITE && child >= 0 && copies > 0;
    return new CapturedOperation(forks ? Call.FORK : call, mm, child, page, forks ? List.of() : List.copyOf(acts), downgrades, List.copyOf(marks));
  }
}
