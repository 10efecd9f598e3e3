package io.vmatrace.parser.event.specs;

import static io.vmatrace.parser.event.Field.*;

import io.vmatrace.parser.event.EventFamily;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Op;

/** What a file says about its events: places where some are missing, and what only a kernel's log tells. */
public final class MarkerEvents {
  static final EventFamily FAMILY = EventFamily.after(MmEvents.FAMILY);

  /** {@code <stack trace>} or {@code <user stack trace>}: belongs to the event before it on the same CPU. */
  public static final EventKind STACK_TRACE = FAMILY.marker("<stack trace>").ignored().showsNone("it belongs to the event before").row();

  /** {@code CPU:n [LOST k EVENTS]}: between the previous event of CPU n and the next one, k events are gone. */
  public static final EventKind LOST_EVENTS = FAMILY.marker("LOST EVENTS").fields(CPU, COUNT).showsNone("it ends what was known").row();

  /** {@code ##### CPU n buffer started ####}: all earlier events of CPU n are gone (the kernel prints it only after overruns). */
  public static final EventKind BUFFER_STARTED = FAMILY.marker("buffer started").fields(CPU).showsNone("it ends what was known").row();

  /** A further dump of the buffer begins in a console log: everything known from the one before it ends. */
  public static final EventKind DUMP_STARTED = FAMILY.marker("dump started").showsNone("it ends what was known").row();

  /**
   * A console log says that the task died inside handle_mm_fault(), in folio_add_new_anon_rmap(): it was putting a page into the page
   * table, so it still held its locks, and never releases them. Comes at the end of the dump, which has no later event of the task.
   */
  public static final EventKind DIED_IN_FAULT = FAMILY.marker("died in a fault").named("DIED_IN_FAULT").shows(Op.DIED_IN_FAULT).row();

  /** Input that could not be read as an event: its event is lost. */
  public static final EventKind DAMAGED = FAMILY.marker("damaged").showsNone("it ends what was known").row();

  /** PERF_RECORD_THROTTLE: an event of CPU n came so often that the kernel stopped to count it, until {@link #UNTHROTTLED}. */
  public static final EventKind THROTTLED = FAMILY.marker("throttled").fields(CPU).showsNone("it ends what was known").row();

  /** PERF_RECORD_UNTHROTTLE: how many are gone since then is not said. */
  public static final EventKind UNTHROTTLED = FAMILY.marker("unthrottled").fields(CPU).showsNone("it ends what was known").row();

  private MarkerEvents() {}

  /** Whether a kind is one of them: no event of the kernel, of whatever name. */
  public static boolean isMarker(EventKind kind) {
    return kind.source() == EventKind.Source.MARKER && kind != EventKind.UNKNOWN;
  }

  /** Whether events are missing where such a marker stands. */
  public static boolean isLoss(EventKind kind) {
    return kind == LOST_EVENTS || kind == BUFFER_STARTED || kind == DAMAGED || kind == THROTTLED || kind == UNTHROTTLED;
  }
}
