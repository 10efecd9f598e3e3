package io.vmatrace.parser.event.specs;

import static io.vmatrace.parser.event.Field.*;

import io.vmatrace.parser.event.EventFamily;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Op;
import io.vmatrace.parser.event.ValueText;

/** The tracepoints of the maple tree: include/trace/events/maple_tree.h. */
public final class MapleTreeEvents {
  static final EventFamily FAMILY = EventFamily.after(PageFaultEvents.FAMILY);

  public static final EventKind MA_WRITE =
      FAMILY
          .tracepoint("ma_write", "maple_tree")
          .fields(START, END, VMA, PIVOT)
          .mandatory(START, END, VMA)
          .text(ValueText.MAPLE_TREE)
          .certain()
          .shows(Op.MAS_STORE, Op.MAS_ERASE)
          .row();

  public static final EventKind MA_READ =
      FAMILY
          .tracepoint("ma_read", "maple_tree")
          .fields(START, END)
          .text(ValueText.MAPLE_TREE)
          .recordedWith("ma_write")
          .showsNone("it tells a fault's look-up under the mmap_lock from others")
          .row();

  public static final EventKind MA_OP =
      FAMILY
          .tracepoint("ma_op", "maple_tree")
          .fields(START, END)
          .text(ValueText.MAPLE_TREE)
          .ignored()
          .showsNone("a step inside of a walk")
          .row();

  /** What lies behind the pointer that ma_write stores, which is a VMA in the trees of mms only: include/linux/mm_types.h struct vm_area_struct. */
  public static final EventKind MA_WRITE_VMA =
      FAMILY
          .eventProbe("ma_write_vma")
          .fields(VMA, MM)
          .sampled(START, END, REFCNT, LOCK_SEQ, MM_SEQ)
          .mandatory(VMA, MM)
          .at(
              "maple_tree/ma_write",
              "vma=$val:x64 mm=+{vm_area_struct.vm_mm}($val):x64 start=+{vm_area_struct.vm_start}($val):x64 end=+{vm_area_struct.vm_end}($val):x64"
                  + " refcnt=+{vm_area_struct.vm_refcnt}($val):x32 lock_seq=+{vm_area_struct.vm_lock_seq}($val):u32"
                  + " mm_seq=+{mm_struct.mm_lock_seq}(+{vm_area_struct.vm_mm}($val)):u32")
          .shows(Op.STORED_VMA)
          .row();

  private MapleTreeEvents() {}
}
