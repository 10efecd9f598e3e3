package io.vmatrace.checker.reconstruct;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.specs.ContentionEvents;
import io.vmatrace.parser.event.specs.EventKinds;
import io.vmatrace.parser.event.specs.LookUpEvents;
import io.vmatrace.parser.event.specs.MapleTreeEvents;
import io.vmatrace.parser.event.specs.VmaEvents;
import io.vmatrace.parser.event.specs.WriteLockEvents;
import org.jspecify.annotations.Nullable;

/** What a capture's own events show of its kernel and of how it was recorded. */
public final class Witness {
  private final boolean[] kinds = new boolean[EventKinds.count()];

  /** Kinds of which further events show nothing more. */
  private final boolean[] known = new boolean[EventKinds.count()];
  /** Probes of which an event had values. */
  private final boolean[] told = new boolean[EventKinds.count()];
  private boolean startWriteReturns;
  private boolean detachedFlag;
  private boolean values;

  void see(EventKind kind, EventBatch events, int i) {
    if (!known[kind.ordinal()]) {
      look(kind, events, i);
    }
  }

  private void look(EventKind kind, EventBatch events, int i) {
    kinds[kind.ordinal()] = true;
    told[kind.ordinal()] |= events.present(i) != 0;
    known[kind.ordinal()] = (values || !isProbe(kind)) && kind != WriteLockEvents.VMA_START_WRITE_RET;
    if (!values && isProbe(kind)) {
      detachedFlag |= events.has(i, Field.DETACHED) || events.has(i, Field.RWSEM);
      values = detachedFlag || events.has(i, Field.REFCNT) || events.has(i, Field.LOCK_SEQ);
    }
    if (kind == WriteLockEvents.VMA_START_WRITE_RET) {
      startWriteReturns |= events.has(i, Field.RET);
    }
  }

  /** Whether any event of a batch is a probe's. */
  public static boolean hasProbes(EventBatch events) {
    for (int i = 0, n = events.size(); i < n; i++) {
      if (isProbe(events.kind(i))) {
        return true;
      }
    }
    return false;
  }

  /** Whether an event is a probe's, at a function's entry or return or at an event; all others come from tracepoints. */
  public static boolean isProbe(EventKind kind) {
    return kind.source().isProbe();
  }

  /** Whether an event of a kind was in the capture. */
  public boolean saw(EventKind kind) {
    return kinds[kind.ordinal()];
  }

  /** Whether a probe fired and never told a value that it is worth knowing for. */
  public boolean isBare(EventKind kind) {
    return saw(kind) && isProbe(kind) && !kind.fields().isEmpty() && !told[kind.ordinal()];
  }

  /** Whether any probe fired: evidence level E1 at least. */
  public boolean hasProbes() {
    return EventKinds.all().stream().anyMatch(kind -> saw(kind) && isProbe(kind));
  }

  /** Whether probes read values from VMAs: evidence level E2. */
  public boolean hasValues() {
    return values;
  }

  /** Whether the kernel is surely none to 5.14: it has maple trees (6.1), the tracepoints of contended locks (5.19), or VMA locks (6.4). */
  public boolean isLaterThan514() {
    return saw(MapleTreeEvents.MA_WRITE)
        || saw(MapleTreeEvents.MA_READ)
        || saw(ContentionEvents.CONTENTION_BEGIN)
        || saw(LookUpEvents.LOCK_VMA_UNDER_RCU)
        || saw(LookUpEvents.LOCK_VMA_UNDER_RCU_RET)
        || generation() != null;
  }

  /** Whether functions were seen that no kernel before 7.0 has: 6.19 has the returned value of __vma_start_write() alone. */
  public boolean isOf70() {
    return saw(WriteLockEvents.VMA_START_EXCLUDE_READERS) || saw(WriteLockEvents.VMA_EXCLUDE_READERS_FOR_DETACH);
  }

  /**
   * The design that the events show: which functions exist and which values they have (docs/PROTOCOL.md, Telling the generation).
   * Null when they do not tell.
   */
  public @Nullable Generation generation() {
    if (saw(WriteLockEvents.VMA_MARK_DETACHED)) {
      return Generation.REFCOUNT; // 6.19 too, whose __vma_start_write() returns a value as that of 7.0 does
    }
    if (startWriteReturns || isOf70()) {
      return Generation.EXCLUDE_READERS;
    }
    if (saw(WriteLockEvents.VMA_START_WRITE_RET)) {
      return Generation.REFCOUNT;
    }
    if (detachedFlag || saw(VmaEvents.VM_AREA_FREE_RCU_CB)) {
      return Generation.RWSEM;
    }
    return null;
  }
}
