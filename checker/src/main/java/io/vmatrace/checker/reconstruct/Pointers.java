package io.vmatrace.checker.reconstruct;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.EventKinds;
import io.vmatrace.parser.event.specs.MapleTreeEvents;
import org.jspecify.annotations.Nullable;

/**
 * Whether the pointers of tracepoints and those of functions can be told to be the same. Tracepoints print hashes of 32 bits unless the
 * option hash-ptr is off (lib/vsprintf.c ptr_to_hashval()), while probes and the function tracers print pointers as they are: in a
 * capture that has both, one mm has two names, and nothing that a function did to it can be held against what its locks say. Then
 * only the tracepoints are looked at.
 */
final class Pointers {
  /** By the ordinal of an event's kind: the pointer that a tracepoint shows, or null. */
  private static final @Nullable Field[] OF_TRACEPOINT = ofTracepoints();

  /** By the ordinal of an event's kind: whether it shows pointers as a function has them. */
  private static final boolean[] OF_FUNCTION = ofFunctions();

  private boolean hashed;
  private boolean raw;
  private long leftOut;

  /** Whether an event is to be left out because its pointers are of the other sort. */
  boolean isForeign(EventKind kind, EventBatch events, int i) {
    Field pointer = OF_TRACEPOINT[kind.ordinal()];
    if (pointer != null) {
      hashed = hashed || isHash(events.value(i, pointer));
      return false;
    }
    return OF_FUNCTION[kind.ordinal()] && isForeignFunction(events, i);
  }

  private boolean isForeignFunction(EventBatch events, int i) {
    raw = raw || isRaw(events.value(i, Field.MM)) || isRaw(events.value(i, Field.VMA));
    if (isMixed()) {
      leftOut++;
    }
    return isMixed();
  }

  private static @Nullable Field[] ofTracepoints() {
    @Nullable Field[] shown = new @Nullable Field[EventKinds.count()];
    for (EventKind kind : EventKinds.all()) {
      if (kind.source() == EventKind.Source.TRACEPOINT) {
        shown[kind.ordinal()] = kind == MapleTreeEvents.MA_WRITE ? Field.VMA : kind.fields().contains(Field.MM) ? Field.MM : null;
      }
    }
    return shown;
  }

  private static boolean[] ofFunctions() {
    boolean[] shown = new boolean[EventKinds.count()];
    EventKinds.all().forEach(kind -> shown[kind.ordinal()] = Witness.isProbe(kind));
    return shown;
  }

  /** Whether both sorts were met. */
  boolean isMixed() {
    return hashed && raw;
  }

  /** How many events were left out. */
  long leftOut() {
    return leftOut;
  }

  private static boolean isHash(long pointer) {
    return pointer != 0 && pointer >>> 32 == 0;
  }

  private static boolean isRaw(long pointer) {
    return pointer < 0 && pointer < -4095;
  }
}
