package io.vmatrace.checker.reconstruct;

import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.EventKinds;
import io.vmatrace.parser.event.specs.MapleTreeEvents;

/**
 * Whether the pointers of tracepoints and those of functions can be told to be the same. Tracepoints print hashes of 32 bits unless the
 * option hash-ptr is off (lib/vsprintf.c ptr_to_hashval()), while probes and the function tracers print pointers as they are: in a
 * capture that has both, one mm has two names, and nothing that a function did to it can be held against what its locks say. Then
 * only the tracepoints are looked at.
 */
final class Pointers {
  private static final byte OF_TRACEPOINT = 1;
  private static final byte OF_FUNCTION = 2;

  /** By the ordinal of an event's kind: whose pointers it shows; 0 for none. */
  private static final byte[] SHOWS = shows();

  private boolean hashed;
  private boolean raw;
  private long leftOut;

  /** Whether an event is to be left out because its pointers are of the other sort. */
  boolean isForeign(EventKind kind, EventBatch events, int i) {
    return switch (SHOWS[kind.ordinal()]) {
      case OF_TRACEPOINT -> {
        hashed = hashed || isHash(events.value(i, Field.MM)) || kind == MapleTreeEvents.MA_WRITE && isHash(events.value(i, Field.VMA));
        yield false;
      }
      case OF_FUNCTION -> isForeignFunction(events, i);
      default -> false;
    };
  }

  private boolean isForeignFunction(EventBatch events, int i) {
    raw = raw || isRaw(events.value(i, Field.MM)) || isRaw(events.value(i, Field.VMA));
    if (isMixed()) {
      leftOut++;
    }
    return isMixed();
  }

  private static byte[] shows() {
    byte[] shows = new byte[EventKinds.count()];
    for (EventKind kind : EventKinds.all()) {
      shows[kind.ordinal()] = switch (kind.source()) {
        case TRACEPOINT -> kind.fields().contains(Field.MM) || kind == MapleTreeEvents.MA_WRITE ? OF_TRACEPOINT : 0;
        case PROBE_ENTRY, PROBE_RETURN -> OF_FUNCTION;
        default -> 0;
      };
    }
    return shows;
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
