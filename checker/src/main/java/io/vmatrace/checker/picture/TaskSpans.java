package io.vmatrace.checker.picture;

import io.vmatrace.checker.mm.Calls;
import io.vmatrace.checker.mm.Hold;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.Moment;
import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.mm.SystemCall;
import io.vmatrace.checker.mm.TaskState;
import io.vmatrace.checker.mm.VmaState;
import io.vmatrace.checker.mm.VmaTree;
import io.vmatrace.checker.mm.WriteSection;
import io.vmatrace.checker.picture.Spans.Column;
import java.util.Arrays;
import org.eclipse.collections.impl.map.mutable.primitive.IntObjectHashMap;
import org.eclipse.collections.impl.map.mutable.primitive.LongLongHashMap;
import org.jspecify.annotations.Nullable;

/** The spans of tasks: system calls, waits for and holds of the mmap_lock, page faults, look-ups, read locks, write locks, second waits. */
final class TaskSpans {
  private static final int MOST = 400_000;

  /** A look-up that has not returned. */
  record LookUp(TaskState task, long at, long begin, long address, @Nullable MmState mm, @Nullable VmaState vma, int incarnation) {
    /** Whether it is in the range where it began to look that the VMA had then. */
    boolean isAimedAt(VmaState at) {
      return vma == at && incarnation == at.incarnation();
    }
  }

  /** What a task has begun and not ended; -1 for none. */
  private static final class Begun {
    private long call = -1;
    private SystemCall.Kind kind = SystemCall.Kind.OTHER;
    private long asked = -1;
    private @Nullable MmState askedOf;
    private boolean askedToWrite;
    private @Nullable LookUp lookUp;

    /** A VMA that it has read-locked, and since when. */
    private @Nullable VmaState read;

    private long readSince;
    private long readAddress;
    private long secondWait = -1;
  }

  private final Numbering numbering;
  private final Spans spans = new Spans(MOST, Column.KIND, Column.TASK, Column.MM);
  private final long[] what = Spans.blank();
  private long end;
  private final IntObjectHashMap<Begun> tasks = new IntObjectHashMap<>();

  /** When page faults that are not reported yet began, by their places. */
  private final LongLongHashMap faults = new LongLongHashMap();

  TaskSpans(Numbering numbering) {
    this.numbering = numbering;
  }

  Spans spans() {
    return spans;
  }

  void accept(Step step) {
    switch (step.op()) {
      case SYSCALL_ENTER -> calls(step);
      case SYSCALL_EXIT -> returns(step);
      case PAGE_FAULT -> faults.put(step.moment().at(), step.moment().time());
      case PAGE_FAULT_SERVED -> served(step);
      case MMAP_LOCK_START -> asks(step);
      case MMAP_LOCK_FAILED -> begun(step).asked = -1;
      case MMAP_READ_LOCK, MMAP_WRITE_LOCK -> acquires(step);
      case MMAP_READ_UNLOCK, MMAP_WRITE_UNLOCK, MMAP_WRITE_DOWNGRADE -> releases(step);
      case LOCK_VMA_UNDER_RCU -> looksUp(step);
      case VMA_START_READ -> granted(step);
      case VMA_START_READ_REFUSED -> lookedUp(step, SpanKind.LOOK_UP_REFUSED, null);
      case HANDLE_MM_FAULT_RET -> readEnds(step);
      case VMA_START_WRITE_RET -> writeLocked(step);
      case VMA_EXCLUDE_READERS_FOR_DETACH -> begun(step).secondWait = step.moment().time();
      case VMA_EXCLUDE_READERS_FOR_DETACH_RET -> excluded(step);
      default -> {
        // nothing that lasts
      }
    }
  }

  /** Events are missing: what was begun may be over. */
  void lost() {
    tasks.clear();
    faults.clear();
  }

  /** The capture is over. */
  void end(long time) {
    tasks.forEachValue(begun -> {
      LookUp open = begun.lookUp;
      if (open != null) {
        is(SpanKind.LOOK_UP_OPEN, open.task(), open.mm(), open.at()).to(time).about(open.vma(), open.address()).from(open.begin());
      }
    });
  }

  /** The look-up in flight that began in the range of a VMA, and may have it; null for none. */
  @Nullable LookUp aimedAt(VmaState vma) {
    for (Begun begun : tasks) {
      if (begun.lookUp != null && begun.lookUp.isAimedAt(vma)) {
        return begun.lookUp;
      }
    }
    return null;
  }

  private Begun begun(Step step) {
    return tasks.getIfAbsentPut(step.task().pid(), Begun::new);
  }

  private void calls(Step step) {
    Begun begun = begun(step);
    begun.call = step.moment().time();
    begun.kind = step.systemCall().kind();
    begun.read = null;
  }

  private void returns(Step step) {
    Begun begun = begun(step);
    if (begun.call >= 0) {
      ended(SpanKind.CALL, step).detail(begun.kind.ordinal()).from(begun.call);
      begun.call = -1;
    }
    begun.read = null;
  }

  private void served(Step step) {
    long begin = faults.getIfAbsent(step.faultAt(), -1);
    if (begin < 0) {
      return;
    }
    faults.remove(step.faultAt());
    SpanKind kind =
        switch (step.faultReason().path()) {
          case VMA_LOCK -> SpanKind.FAULT_VMA_LOCK;
          case MMAP_LOCK -> SpanKind.FAULT_MMAP_LOCK;
          case UNRESOLVED -> SpanKind.FAULT_UNRESOLVED;
        };
    is(kind, step.task(), step.mm(), step.faultAt()).to(step.faultEnd()).about(step.vma(), step.address()).detail(step.faultReason().ordinal()).from(begin);
  }

  private void asks(Step step) {
    Begun begun = begun(step);
    begun.asked = step.moment().time();
    begun.askedOf = step.mm();
    begun.askedToWrite = step.isForWriting();
  }

  private void acquires(Step step) {
    Begun begun = begun(step);
    if (begun.asked >= 0 && begun.askedOf == step.mm()) {
      ended(begun.askedToWrite ? SpanKind.WAIT_WRITE : SpanKind.WAIT_READ, step).from(begun.asked);
    }
    begun.asked = -1;
  }

  private void releases(Step step) {
    MmState mm = step.mm();
    Hold hold = step.task().holdOf(mm);
    if (mm == null || hold == null) {
      return;
    }
    WriteSection section = hold.section();
    boolean downgraded = section != null && section.ended().known();
    SpanKind kind = section != null && section.isOpen() ? SpanKind.HOLD_WRITE : downgraded ? SpanKind.HOLD_DOWNGRADED : SpanKind.HOLD_READ;
    ended(kind, step).from(hold.heldSince().time());
  }

  private void looksUp(Step step) {
    MmState mm = step.mm();
    VmaTree.Range range = mm == null ? null : mm.tree().find(step.address());
    VmaState vma = range == null ? null : range.vma();
    begun(step).lookUp = new LookUp(step.task(), step.moment().at(), step.moment().time(), step.address(), mm, vma, vma == null ? 0 : vma.incarnation());
  }

  private void granted(Step step) {
    lookedUp(step, SpanKind.LOOK_UP_GRANTED, step.vma());
    Begun begun = begun(step);
    begun.read = step.vma();
    begun.readSince = step.moment().time();
    begun.readAddress = step.task().read().address();
  }

  private void lookedUp(Step step, SpanKind kind, @Nullable VmaState vma) {
    Calls.VmaRead read = step.task().read();
    Begun begun = begun(step);
    LookUp aimed = begun.lookUp;
    begun.lookUp = null;
    if (read.entered().known()) {
      VmaState shown = vma != null ? vma : aimed == null ? null : aimed.vma();
      ended(kind, step).about(shown, read.address()).from(read.entered().time());
    }
  }

  private void readEnds(Step step) {
    Begun begun = begun(step);
    VmaState read = begun.read;
    if (read != null) {
      ended(SpanKind.READ_LOCK, step).about(read, begun.readAddress).from(begun.readSince);
      begun.read = null;
    }
  }

  private void writeLocked(Step step) {
    Calls.StartWrite call = step.task().startWrite();
    since(SpanKind.START_WRITE, step, call.entered());
    if (call.entered().known()) {
      since(SpanKind.READERS_LEAVE, step, call.slept());
    }
  }

  private void since(SpanKind kind, Step step, Moment begin) {
    if (begin.known()) {
      ended(kind, step).about(step.vma(), 0).from(begin.time());
    }
  }

  private void excluded(Step step) {
    Begun begun = begun(step);
    if (begun.secondWait >= 0) {
      ended(SpanKind.SECOND_WAIT, step).about(step.vma(), 0).from(begun.secondWait);
      begun.secondWait = -1;
    }
  }

  /** A span that ends with a step, of a kind: what it is about may follow, and its begin is last. */
  private TaskSpans ended(SpanKind kind, Step step) {
    MmState mm = step.mm();
    return is(kind, step.task(), mm == null ? step.task().mm() : mm, step.moment().at()).to(step.moment().time());
  }

  private TaskSpans is(SpanKind kind, TaskState task, @Nullable MmState mm, long at) {
    Arrays.fill(what, 0);
    what[Column.KIND.ordinal()] = kind.ordinal();
    what[Column.TASK.ordinal()] = numbering.task(task, at);
    what[Column.MM.ordinal()] = numbering.mm(mm);
    return this;
  }

  private TaskSpans to(long time) {
    end = time;
    return this;
  }

  private TaskSpans about(@Nullable VmaState vma, long address) {
    what[Column.VMA.ordinal()] = numbering.vma(vma);
    what[Column.ADDRESS.ordinal()] = address;
    return this;
  }

  private TaskSpans detail(int detail) {
    what[Column.DETAIL.ordinal()] = detail;
    return this;
  }

  private void from(long begin) {
    spans.add(begin, end, what);
  }
}
