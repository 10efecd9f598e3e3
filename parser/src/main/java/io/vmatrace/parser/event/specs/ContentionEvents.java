package io.vmatrace.parser.event.specs;

import static io.vmatrace.parser.event.Field.*;

import io.vmatrace.parser.event.EventFamily;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Op;
import io.vmatrace.parser.event.ValueText;

/** The tracepoints of contended locks: include/trace/events/lock.h. */
public final class ContentionEvents {
  static final EventFamily FAMILY = EventFamily.after(MemoryEvents.FAMILY);

  /** Bits of its flags: LCB_F_… in include/trace/events/lock.h (5.19). */
  public static final long SPIN = 1;

  public static final long READ = 1 << 1;
  public static final long WRITE = 1 << 2;
  public static final long RT = 1 << 3;
  public static final long PERCPU = 1 << 4;
  public static final long MUTEX = 1 << 5;

  public static final EventKind CONTENTION_BEGIN =
      FAMILY
          .tracepoint("contention_begin", "lock/contention_begin")
          .fields(LOCK, FLAGS)
          .text(ValueText.POINTER)
          .shows(Op.CONTENTION_BEGIN)
          .row();

  public static final EventKind CONTENTION_END =
      FAMILY
          .tracepoint("contention_end", "lock/contention_end")
          .fields(LOCK, RET)
          .text(ValueText.POINTER)
          .ignored()
          .showsNone("what the task does next shows that it has the lock")
          .row();

  public static final EventKind CONTENDED_RELEASE =
      FAMILY
          .tracepoint("contended_release", "lock/contended_release")
          .onDemand()
          .fields(LOCK)
          .text(ValueText.POINTER)
          .ignored()
          .showsNone("the release has an event of its own")
          .row();

  private ContentionEvents() {}
}
