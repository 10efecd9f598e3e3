package io.vmatrace.parser.event.specs;

import static io.vmatrace.parser.event.Field.*;

import io.vmatrace.parser.event.EventFamily;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Op;

/** The tracepoints of page faults: arch/x86/include/asm/trace/exceptions.h, include/trace/events/exceptions.h. */
public final class PageFaultEvents {
  static final EventFamily FAMILY = EventFamily.after(MmapLockEvents.FAMILY);

  public static final EventKind PAGE_FAULT_USER =
      FAMILY
          .tracepoint("page_fault_user", "exceptions")
          .fields(ADDRESS, FLAGS)
          .certain()
          .shows(Op.PAGE_FAULT, Op.PAGE_FAULT_SERVED)
          .row();

  public static final EventKind PAGE_FAULT_KERNEL =
      FAMILY
          .tracepoint("page_fault_kernel", "exceptions")
          .fields(ADDRESS, FLAGS)
          .recordedWith("page_fault_user")
          .shows(Op.PAGE_FAULT, Op.PAGE_FAULT_SERVED)
          .row();

  private PageFaultEvents() {}
}
