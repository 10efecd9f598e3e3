package io.vmatrace.parser.event.specs;

import static io.vmatrace.parser.event.Field.*;

import io.vmatrace.parser.event.EventFamily;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Op;

/** The tracepoints of the maple tree: include/trace/events/maple_tree.h. */
public final class MapleTreeEvents {
  static final EventFamily FAMILY = EventFamily.after(PageFaultEvents.FAMILY);

  public static final EventKind MA_WRITE =
      FAMILY
          .tracepoint("ma_write", "maple_tree")
          .fields(START, END, VMA, PIVOT)
          .mandatory(START, END, VMA)
          .text(EventKind.Text.MAPLE_TREE)
          .certain()
          .shows(Op.MAS_STORE, Op.MAS_ERASE)
          .row();

  public static final EventKind MA_READ =
      FAMILY
          .tracepoint("ma_read", "maple_tree")
          .fields(START, END)
          .text(EventKind.Text.MAPLE_TREE)
          .recordedWith("ma_write")
          .showsNone("it tells a fault's look-up under the mmap_lock from others")
          .row();

  public static final EventKind MA_OP =
      FAMILY
          .tracepoint("ma_op", "maple_tree")
          .fields(START, END)
          .text(EventKind.Text.MAPLE_TREE)
          .ignored()
          .showsNone("a step inside of a walk")
          .row();

  private MapleTreeEvents() {}
}
