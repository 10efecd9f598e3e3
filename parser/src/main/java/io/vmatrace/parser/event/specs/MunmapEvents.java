package io.vmatrace.parser.event.specs;

import static io.vmatrace.parser.event.Field.*;

import io.vmatrace.parser.event.EventFamily;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;
import java.util.Set;

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
          .fields(VMA, START, END, MM)
          .sampled(REFCNT, LOCK_SEQ, MM_SEQ, DETACHED, RWSEM, RWSEM_COUNT, VM_FLAGS)
          .mandatory(VMA)
          .arguments(null, null, VMA, null, START, END)
          .fprobe(Generation.VMA_LOCKS, "$V vm_flags=vma->vm_flags:x64")
          .shows(Op.CHANGE_FLAGS)
          .row();

  public static final EventKind MPROTECT_FIXUP_RET =
      FAMILY
          .returned("mprotect_fixup")
          .fields(RET, VMA, MM)
          .sampled(START, END, REFCNT, LOCK_SEQ, MM_SEQ, DETACHED, RWSEM, RWSEM_COUNT, VM_FLAGS)
          .mandatory(VMA)
          .arguments(null, null, VMA, null)
          .fprobe(Generation.VMA_LOCKS, "ret=$retval:s32 $V vm_flags=vma->vm_flags:x64")
          .shows(Op.CHANGE_FLAGS_RET)
          .row();

  /** mlock_fixup(vmi, vma, prev, start, end, newflags). */
  public static final EventKind MLOCK_FIXUP =
      FAMILY
          .entry("mlock_fixup")
          .fields(VMA, MM)
          .sampled(START, END, REFCNT, LOCK_SEQ, MM_SEQ, DETACHED, RWSEM, RWSEM_COUNT, VM_FLAGS)
          .mandatory(VMA)
          .arguments(null, VMA)
          .fprobe(Generation.VMA_LOCKS, "$V vm_flags=vma->vm_flags:x64")
          .shows(Op.CHANGE_FLAGS)
          .row();

  public static final EventKind MLOCK_FIXUP_RET =
      FAMILY
          .returned("mlock_fixup")
          .fields(RET, VMA, MM)
          .sampled(START, END, REFCNT, LOCK_SEQ, MM_SEQ, DETACHED, RWSEM, RWSEM_COUNT, VM_FLAGS)
          .mandatory(VMA)
          .arguments(null, VMA)
          .fprobe(Generation.VMA_LOCKS, "ret=$retval:s32 $V vm_flags=vma->vm_flags:x64")
          .shows(Op.CHANGE_FLAGS_RET)
          .row();

  /** madvise_vma_behavior(madv_behavior), since 6.17: the VMA is reached through its argument only. */
  public static final EventKind MADVISE_VMA_BEHAVIOR =
      FAMILY
          .entry("madvise_vma_behavior")
          .fields(VMA, MM)
          .sampled(REFCNT, LOCK_SEQ, MM_SEQ, VM_FLAGS)
          .mandatory(VMA)
          .noArguments()
          .fprobe(
              Generation.REFCNTS,
              "vma=madv_behavior->vma:x64 mm=madv_behavior->vma->vm_mm:x64 refcnt=madv_behavior->vma->vm_refcnt.refs.counter:x32"
                  + " lock_seq=madv_behavior->vma->vm_lock_seq:u32 mm_seq=madv_behavior->vma->vm_mm->mm_lock_seq.sequence:u32"
                  + " vm_flags=madv_behavior->vma->vm_flags:x64")
          .shows(Op.CHANGE_FLAGS)
          .row();

  public static final EventKind MADVISE_VMA_BEHAVIOR_RET =
      FAMILY
          .returned("madvise_vma_behavior")
          .fields(RET, VMA, MM)
          .sampled(REFCNT, LOCK_SEQ, MM_SEQ, VM_FLAGS)
          .mandatory(VMA)
          .noArguments()
          .fprobe(
              Generation.REFCNTS,
              "ret=$retval:s32 vma=madv_behavior->vma:x64 mm=madv_behavior->vma->vm_mm:x64 refcnt=madv_behavior->vma->vm_refcnt.refs.counter:x32"
                  + " lock_seq=madv_behavior->vma->vm_lock_seq:u32 mm_seq=madv_behavior->vma->vm_mm->mm_lock_seq.sequence:u32"
                  + " vm_flags=madv_behavior->vma->vm_flags:x64")
          .shows(Op.CHANGE_FLAGS_RET)
          .row();

  /** mbind_range(vmi, vma, prev, start, end, new_pol). */
  public static final EventKind MBIND_RANGE =
      FAMILY
          .entry("mbind_range")
          .fields(VMA, MM)
          .sampled(START, END, REFCNT, LOCK_SEQ, MM_SEQ, DETACHED, RWSEM, RWSEM_COUNT, POLICY)
          .mandatory(VMA)
          .arguments(null, VMA)
          .fprobe(Generation.VMA_LOCKS, "$V policy=vma->vm_policy:x64")
          .shows(Op.CHANGE_POLICY)
          .row();

  public static final EventKind MBIND_RANGE_RET =
      FAMILY
          .returned("mbind_range")
          .fields(RET, VMA, MM)
          .sampled(START, END, REFCNT, LOCK_SEQ, MM_SEQ, DETACHED, RWSEM, RWSEM_COUNT, POLICY)
          .mandatory(VMA)
          .arguments(null, VMA)
          .fprobe(Generation.VMA_LOCKS, "ret=$retval:s32 $V policy=vma->vm_policy:x64")
          .shows(Op.CHANGE_POLICY_RET)
          .row();

  /** userfaultfd_set_ctx(vma, ctx, vm_flags) returns nothing. */
  public static final EventKind USERFAULTFD_SET_CTX_RET =
      FAMILY
          .returned("userfaultfd_set_ctx")
          .fields(VMA, MM)
          .sampled(START, END, REFCNT, LOCK_SEQ, MM_SEQ, DETACHED, RWSEM, RWSEM_COUNT)
          .mandatory(VMA)
          .arguments(VMA)
          .fprobe(Generation.VMA_LOCKS, "$V")
          .shows(Op.USERFAULTFD_SET_CTX)
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
          .shows(Op.FREE_PGTABLES)
          .row();

  public static final EventKind FREE_PGTABLES_RET =
      FAMILY
          .returned("free_pgtables")
          .noArguments()
          .fprobe(Generation.VMA_LOCKS, "")
          .shows(Op.FREE_PGTABLES_RET)
          .row();

  /** move_page_tables(vma, …, new_vma, …) to 6.15, move_page_tables(pmc) since: OTHER is the VMA that the tables are moved to. */
  public static final EventKind MOVE_PAGE_TABLES =
      FAMILY
          .entry("move_page_tables")
          .fields(VMA, MM, OTHER)
          .spelled(VMA, "vma", "old")
          .spelled(OTHER, "new", "new_vma")
          .spelled(LOCK_SEQ, "lock_seq", "old_seq")
          .sampled(REFCNT, LOCK_SEQ, MM_SEQ)
          .noArguments()
          .fprobe(
              Set.of(Generation.RWSEM),
              "vma=vma:x64 mm=vma->vm_mm:x64 new=new_vma:x64 lock_seq=vma->vm_lock_seq:u32 mm_seq=vma->vm_mm->mm_lock_seq.sequence:u32")
          .fprobe(
              Generation.REFCNTS,
              "vma=pmc->old:x64 mm=pmc->old->vm_mm:x64 new=pmc->new:x64 refcnt=pmc->old->vm_refcnt.refs.counter:x32"
                  + " lock_seq=pmc->old->vm_lock_seq:u32 mm_seq=pmc->old->vm_mm->mm_lock_seq.sequence:u32")
          .shows(Op.MOVE_PAGE_TABLES)
          .row();

  /** do_vmi_align_munmap(vmi, vma, mm, start, end, uf, unlock). */
  public static final EventKind DO_VMI_ALIGN_MUNMAP_RET =
      FAMILY
          .returned("do_vmi_align_munmap")
          .fields(RET, MM, START, END)
          .mandatory(RET, MM, START, END)
          .arguments(null, null, MM, START, END)
          .fprobe(Generation.VMA_LOCKS, "ret=$retval:s32 mm=mm:x64 start=start:x64 end=end:x64")
          .shows(Op.MUNMAP_RET)
          .row();

  private MunmapEvents() {}
}
