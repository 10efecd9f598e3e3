package io.vmatrace.parser.event.specs;

import static io.vmatrace.parser.event.Field.*;

import io.vmatrace.parser.event.EventFamily;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;
import java.util.Set;

/** The functions that make, change and free VMAs: kernel/fork.c, mm/vma_init.c, mm/vma.c. */
public final class VmaEvents {
  static final EventFamily FAMILY = EventFamily.after(WriteLockEvents.FAMILY);

  /** VMA is the return value. */
  public static final EventKind VM_AREA_ALLOC_RET =
      FAMILY
          .returned("vm_area_alloc")
          .fields(VMA, MM)
          .mandatory(VMA)
          .arguments(MM)
          .returns(VMA)
          .fprobe(Generation.VMA_LOCKS, "vma=$retval:x64 mm=mm:x64")
          .certain()
          .shows(Op.VM_AREA_ALLOC)
          .row();

  /** VMA is the return value, OTHER the VMA that was copied. */
  public static final EventKind VM_AREA_DUP_RET =
      FAMILY
          .returned("vm_area_dup")
          .fields(VMA, OTHER)
          .sampled(ORIG_LOCK_SEQ, ORIG_MM_SEQ)
          .mandatory(VMA, OTHER)
          .arguments(OTHER)
          .returns(VMA)
          .fprobe(
              Generation.VMA_LOCKS,
              "vma=$retval:x64 orig=orig:x64 orig_lock_seq=orig->vm_lock_seq:u32 orig_mm_seq=orig->vm_mm->mm_lock_seq.sequence:u32")
          .shows(Op.VM_AREA_DUP)
          .row();

  /** To 6.14 exit_mmap() goes past it, and remove_vma() alone shows the end of a VMA: mm/mmap.c exit_mmap() (6.12). */
  public static final EventKind VM_AREA_FREE =
      FAMILY
          .entry("vm_area_free")
          .fields(VMA, MM)
          .sampled(START, END, REFCNT, LOCK_SEQ, MM_SEQ, DETACHED, RWSEM, RWSEM_COUNT)
          .mandatory(VMA)
          .arguments(VMA)
          .fprobe(Generation.VMA_LOCKS, "$V")
          .certainOn(Generation.REFCNTS)
          .shows(Op.VM_AREA_FREE)
          .row();

  /** The callback of call_rcu(), to 6.14: arguments are recorded since 6.15. */
  public static final EventKind VM_AREA_FREE_RCU_CB =
      FAMILY
          .entry("vm_area_free_rcu_cb")
          .fields(VMA)
          .mandatory(VMA)
          .noArguments()
          .kprobe(Set.of(Generation.RWSEM), "vma=%di:x64")
          .shows(Op.VM_AREA_FREE_RCU)
          .row();

  public static final EventKind REMOVE_VMA =
      FAMILY
          .entry("remove_vma")
          .fields(VMA, MM)
          .sampled(START, END, REFCNT, LOCK_SEQ, MM_SEQ, DETACHED, RWSEM, RWSEM_COUNT)
          .mandatory(VMA)
          .arguments(VMA)
          .fprobe(Generation.VMA_LOCKS, "$V")
          .shows(Op.REMOVE_VMA)
          .row();

  /** vma_link(mm, vma). */
  public static final EventKind VMA_LINK =
      FAMILY
          .entry("vma_link")
          .fields(VMA, MM)
          .sampled(START, END, REFCNT, LOCK_SEQ, MM_SEQ, DETACHED, RWSEM, RWSEM_COUNT)
          .mandatory(VMA)
          .arguments(MM, VMA)
          .fprobe(Generation.VMA_LOCKS, "$V")
          .shows(Op.VMA_LINK)
          .row();

  /** vma_prepare(vp): the VMA is reached through its argument only, whose first member points to it. */
  public static final EventKind VMA_PREPARE =
      FAMILY
          .entry("vma_prepare")
          .fields(VMA, OTHER, REMOVE)
          .sampled(START, END, REFCNT, LOCK_SEQ)
          .mandatory(VMA)
          .noArguments()
          .kprobe(Generation.VMA_LOCKS, "$VP")
          .shows(Op.VMA_PREPARE)
          .row();

  /** vma_complete(vp, vmi, mm). */
  public static final EventKind VMA_COMPLETE =
      FAMILY
          .entry("vma_complete")
          .fields(VMA, OTHER, REMOVE)
          .sampled(START, END, REFCNT, LOCK_SEQ, INSERT_REFCNT, REMOVE_LOCK_SEQ)
          .mandatory(VMA)
          .noArguments()
          .kprobe(Set.of(Generation.RWSEM), "$VP rem_seq=+44(+48(%di)):u32")
          .kprobe(Generation.REFCNTS, "$VP ins_refcnt=+128(+40(%di)):x32 rem_seq=+40(+48(%di)):u32")
          .shows(Op.VMA_COMPLETE)
          .row();

  /** __split_vma(vmi, vma, addr, new_below). */
  public static final EventKind SPLIT_VMA =
      FAMILY
          .entry("__split_vma")
          .fields(VMA, ADDRESS, FLAG)
          .mandatory(VMA)
          .arguments(null, VMA, ADDRESS, FLAG)
          .fprobe(Generation.VMA_LOCKS, "vma=vma:x64 address=addr:x64 new_below=new_below:u32")
          .shows(Op.SPLIT_VMA)
          .row();

  /** anon_vma_clone(dst, src): OTHER is src. */
  public static final EventKind ANON_VMA_CLONE =
      FAMILY
          .entry("anon_vma_clone")
          .fields(VMA, OTHER)
          .spelled(VMA, "dst", "vma")
          .spelled(OTHER, "src")
          .sampled(REFCNT, LOCK_SEQ, MM_SEQ, DETACHED)
          .mandatory(VMA)
          .arguments(VMA, OTHER)
          .fprobe(
              Set.of(Generation.RWSEM),
              "dst=dst:x64 src=src:x64 lock_seq=dst->vm_lock_seq:u32 mm_seq=dst->vm_mm->mm_lock_seq.sequence:u32 detached=dst->detached:u8")
          .fprobe(
              Generation.REFCNTS,
              "dst=dst:x64 src=src:x64 refcnt=dst->vm_refcnt.refs.counter:x32 lock_seq=dst->vm_lock_seq:u32 mm_seq=dst->vm_mm->mm_lock_seq.sequence:u32")
          .shows(Op.ANON_VMA_CLONE)
          .row();

  private VmaEvents() {}
}
