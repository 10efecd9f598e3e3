package io.vmatrace.parser.event.specs;

import static io.vmatrace.parser.event.Field.*;

import io.vmatrace.parser.event.EventFamily;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;

/** The functions of an unmapping, and others that change mappings: mm/vma.c, mm/mprotect.c, mm/rmap.c, mm/memory.c, mm/mremap.c. */
public final class MunmapEvents {
  static final EventFamily FAMILY = EventFamily.after(VmaEvents.FAMILY);

  /** vms_gather_munmap_vmas(vms, mas_detach): the range is reached through its argument only. */
  public static final EventKind VMS_GATHER_MUNMAP_VMAS =
      FAMILY
          .entry("vms_gather_munmap_vmas")
          .fields(START, END, VMA)
          .mandatory(START, END)
          .noArguments()
          .kprobe(Generation.VMA_LOCKS, "start=+40(%di):x64 end=+48(%di):x64 vma=+8(%di):x64")
          .shows(Op.VMS_GATHER_MUNMAP_VMAS, Op.VMS_GATHER_MUNMAP_VMAS_RET)
          .row();

  public static final EventKind VMS_GATHER_MUNMAP_VMAS_RET =
      FAMILY
          .returned("vms_gather_munmap_vmas")
          .fields(RET)
          .mandatory(RET)
          .noArguments()
          .kprobe(Generation.VMA_LOCKS, "ret=$retval:s32")
          .shows(Op.VMS_GATHER_MUNMAP_VMAS_RET)
          .row();

  public static final EventKind VMS_COMPLETE_MUNMAP_VMAS =
      FAMILY
          .entry("vms_complete_munmap_vmas")
          .fields(START, END)
          .mandatory(START, END)
          .noArguments()
          .kprobe(Generation.VMA_LOCKS, "start=+40(%di):x64 end=+48(%di):x64")
          .shows(Op.VMS_COMPLETE_MUNMAP_VMAS)
          .row();

  public static final EventKind VMS_COMPLETE_MUNMAP_VMAS_RET =
      FAMILY
          .returned("vms_complete_munmap_vmas")
          .noArguments()
          .kprobe(Generation.VMA_LOCKS, "")
          .showsNone("the frees before it show what was done")
          .row();

  /** mprotect_fixup(vmi, tlb, vma, pprev, start, end, newflags). */
  public static final EventKind MPROTECT_FIXUP =
      FAMILY
          .entry("mprotect_fixup")
          .fields(VMA, START, END)
          .mandatory(VMA)
          .arguments(null, null, VMA, null, START, END)
          .fprobe(Generation.VMA_LOCKS, "vma=vma:x64 start=start:x64 end=end:x64")
          .ignored()
          .showsNone("the write locks and stores that it makes have events of their own")
          .row();

  public static final EventKind UNLINK_ANON_VMAS =
      FAMILY
          .entry("unlink_anon_vmas")
          .fields(VMA)
          .mandatory(VMA)
          .arguments(VMA)
          .fprobe(Generation.VMA_LOCKS, "vma=vma:x64")
          .ignored()
          .showsNone("the reverse map is not followed")
          .row();

  public static final EventKind EXPAND_DOWNWARDS =
      FAMILY
          .entry("expand_downwards")
          .fields(VMA, ADDRESS)
          .mandatory(VMA)
          .arguments(VMA, ADDRESS)
          .fprobe(Generation.VMA_LOCKS, "vma=vma:x64 address=address:x64")
          .shows(Op.EXPAND_DOWNWARDS)
          .row();

  public static final EventKind FREE_PGTABLES =
      FAMILY
          .entry("free_pgtables")
          .noArguments()
          .fprobe(Generation.VMA_LOCKS, "")
          .ignored()
          .showsNone("page tables are not followed")
          .row();

  public static final EventKind MOVE_PAGE_TABLES =
      FAMILY
          .entry("move_page_tables")
          .noArguments()
          .fprobe(Generation.VMA_LOCKS, "")
          .ignored()
          .showsNone("page tables are not followed")
          .row();

  private MunmapEvents() {}
}
