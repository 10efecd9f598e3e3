package io.vmatrace.checker.evidence;

import static io.vmatrace.checker.mm.Generation.EXCLUDE_READERS;
import static io.vmatrace.checker.mm.Generation.REFCOUNT;
import static io.vmatrace.checker.mm.Generation.RWSEM;

import io.vmatrace.checker.mm.Generation;
import io.vmatrace.parser.event.EventKind;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The probes that make a capture E2, as they are written to dynamic_events: docs/CAPTURE.md shows just these. Accepted and exercised
 * on 6.12.94, 6.18.15 and 7.2.13, x86-64 (protocol.md 3.1 and 3.5); those that name registers are for x86-64 only.
 */
public final class Probes {
  /**
   * One line for dynamic_events.
   *
   * @param kind the event that it makes
   * @param designs the kernels that take it
   * @param definition with {@code $V} and {@code $VP} for the values of a VMA
   */
  public record Probe(EventKind kind, Set<Generation> designs, String definition) {}

  /** {@code $V}: what a probe fetches from its argument vma. */
  private static final String VALUES =
      "vma=vma:x64 mm=vma->vm_mm:x64 start=vma->vm_start:x64 end=vma->vm_end:x64 refcnt=vma->vm_refcnt.refs.counter:x32"
          + " lock_seq=vma->vm_lock_seq:u32 mm_seq=vma->vm_mm->mm_lock_seq.sequence:u32";

  private static final String RWSEM_VALUES =
      "vma=vma:x64 mm=vma->vm_mm:x64 start=vma->vm_start:x64 end=vma->vm_end:x64"
          + " lock_seq=vma->vm_lock_seq:u32 mm_seq=vma->vm_mm->mm_lock_seq.sequence:u32"
          + " detached=vma->detached:u8 rwsem=vma->vm_lock:x64 rwsem_count=vma->vm_lock->lock.count.counter:x64";

  /** {@code $VP}: the same through struct vma_prepare, whose first member points to the VMA. */
  private static final String PREPARED =
      "vma=+0(%di):x64 insert=+40(%di):x64 remove=+48(%di):x64 start=+0(+0(%di)):x64 end=+8(+0(%di)):x64";

  private static final Set<Generation> ALL = Set.of(RWSEM, REFCOUNT, EXCLUDE_READERS);
  private static final Set<Generation> REFCNTS = Set.of(REFCOUNT, EXCLUDE_READERS);

  private static final List<Probe> TABLE =
      List.of(
          new Probe(EventKind.LOCK_VMA_UNDER_RCU, ALL, "f:vma/lock_vma_under_rcu lock_vma_under_rcu mm=mm:x64 address=address:x64"),
          new Probe(
              EventKind.LOCK_VMA_UNDER_RCU_RET, ALL,
              "f:vma/lock_vma_under_rcu_ret lock_vma_under_rcu%return vma=$retval:x64 mm=mm:x64 address=address:x64"),
          new Probe(EventKind.LOCK_NEXT_VMA, REFCNTS, "f:vma/lock_next_vma lock_next_vma mm=mm:x64 from=$arg3:x64"),
          new Probe(EventKind.LOCK_NEXT_VMA_RET, REFCNTS, "f:vma/lock_next_vma_ret lock_next_vma%return vma=$retval:x64 mm=mm:x64"),
          new Probe(EventKind.HANDLE_MM_FAULT, ALL, "f:vma/handle_mm_fault handle_mm_fault address=address:x64 flags=flags:x32 $V"),
          new Probe(
              EventKind.HANDLE_MM_FAULT_RET, ALL,
              "f:vma/handle_mm_fault_ret handle_mm_fault%return ret=$retval:x32 vma=vma:x64 address=address:x64"),
          new Probe(
              EventKind.VMF_ANON_PREPARE_RET, ALL, "f:vma/__vmf_anon_prepare_ret __vmf_anon_prepare%return ret=$retval:x32 vma=vmf->vma:x64"),
          new Probe(EventKind.VMA_START_WRITE, REFCNTS, "f:vma/__vma_start_write __vma_start_write $V"),
          new Probe(EventKind.VMA_START_WRITE_RET, Set.of(REFCOUNT), "f:vma/__vma_start_write_ret __vma_start_write%return $V"),
          new Probe(
              EventKind.VMA_START_WRITE_RET, Set.of(EXCLUDE_READERS),
              "f:vma/__vma_start_write_ret __vma_start_write%return ret=$retval:s32 $V"),
          new Probe(
              EventKind.VMA_START_EXCLUDE_READERS, Set.of(EXCLUDE_READERS),
              "p:vma/__vma_start_exclude_readers __vma_start_exclude_readers vma=+0(%di):x64 detaching=+12(%di):u8"),
          new Probe(
              EventKind.VMA_EXCLUDE_READERS_FOR_DETACH, Set.of(EXCLUDE_READERS),
              "f:vma/__vma_exclude_readers_for_detach __vma_exclude_readers_for_detach $V"),
          new Probe(
              EventKind.VMA_EXCLUDE_READERS_FOR_DETACH_RET, Set.of(EXCLUDE_READERS),
              "f:vma/__vma_exclude_readers_for_detach_ret __vma_exclude_readers_for_detach%return $V"),
          new Probe(EventKind.VMA_MARK_DETACHED, Set.of(REFCOUNT), "f:vma/vma_mark_detached vma_mark_detached $V"),
          new Probe(EventKind.VMA_MARK_DETACHED_RET, Set.of(REFCOUNT), "f:vma/vma_mark_detached_ret vma_mark_detached%return $V"),
          new Probe(EventKind.VM_AREA_ALLOC_RET, ALL, "f:vma/vm_area_alloc_ret vm_area_alloc%return vma=$retval:x64 mm=mm:x64"),
          new Probe(EventKind.VM_AREA_DUP_RET, ALL, "f:vma/vm_area_dup_ret vm_area_dup%return vma=$retval:x64 orig=orig:x64"),
          new Probe(EventKind.VM_AREA_FREE, ALL, "f:vma/vm_area_free vm_area_free $V"),
          new Probe(EventKind.VM_AREA_FREE_RCU_CB, Set.of(RWSEM), "p:vma/vm_area_free_rcu_cb vm_area_free_rcu_cb vma=%di:x64"),
          new Probe(EventKind.REMOVE_VMA, ALL, "f:vma/remove_vma remove_vma $V"),
          new Probe(EventKind.VMA_LINK, ALL, "f:vma/vma_link vma_link $V"),
          new Probe(EventKind.VMA_PREPARE, ALL, "p:vma/vma_prepare vma_prepare $VP"),
          new Probe(EventKind.VMA_COMPLETE, ALL, "p:vma/vma_complete vma_complete $VP"),
          new Probe(EventKind.SPLIT_VMA, ALL, "f:vma/__split_vma __split_vma vma=vma:x64 address=addr:x64 new_below=new_below:u32"),
          new Probe(
              EventKind.VMS_GATHER_MUNMAP_VMAS, ALL,
              "p:vma/vms_gather_munmap_vmas vms_gather_munmap_vmas start=+40(%di):x64 end=+48(%di):x64 vma=+8(%di):x64"),
          new Probe(
              EventKind.VMS_GATHER_MUNMAP_VMAS_RET, ALL, "r:vma/vms_gather_munmap_vmas_ret vms_gather_munmap_vmas ret=$retval:s32"),
          new Probe(
              EventKind.VMS_COMPLETE_MUNMAP_VMAS, ALL,
              "p:vma/vms_complete_munmap_vmas vms_complete_munmap_vmas start=+40(%di):x64 end=+48(%di):x64"),
          new Probe(EventKind.VMS_COMPLETE_MUNMAP_VMAS_RET, ALL, "r:vma/vms_complete_munmap_vmas_ret vms_complete_munmap_vmas"),
          new Probe(EventKind.MPROTECT_FIXUP, ALL, "f:vma/mprotect_fixup mprotect_fixup vma=vma:x64 start=start:x64 end=end:x64"),
          new Probe(EventKind.UNLINK_ANON_VMAS, ALL, "f:vma/unlink_anon_vmas unlink_anon_vmas vma=vma:x64"),
          new Probe(EventKind.EXPAND_DOWNWARDS, ALL, "f:vma/expand_downwards expand_downwards vma=vma:x64 address=address:x64"),
          new Probe(EventKind.FREE_PGTABLES, ALL, "f:vma/free_pgtables free_pgtables"),
          new Probe(EventKind.MOVE_PAGE_TABLES, ALL, "f:vma/move_page_tables move_page_tables"),
          new Probe(EventKind.DUP_MMAP, REFCNTS, "f:vma/dup_mmap dup_mmap mm=mm:x64 oldmm=oldmm:x64"),
          new Probe(EventKind.DUP_MMAP_RET, REFCNTS, "f:vma/dup_mmap_ret dup_mmap%return ret=$retval:s32 mm=mm:x64"),
          new Probe(EventKind.RCUWAIT_WAKE_UP, REFCNTS, "f:vma/rcuwait_wake_up rcuwait_wake_up w=w:x64"));

  private Probes() {}

  /** All of them, in the order in which they are best written. */
  public static List<Probe> all() {
    return TABLE;
  }

  /** The probe that makes an event on a design; null where the kernel has nothing to probe. */
  static @Nullable Probe of(EventKind kind, Generation design) {
    return TABLE.stream().filter(p -> p.kind() == kind && p.designs().contains(design)).findFirst().orElse(null);
  }

  /** What {@code $V} stands for. */
  public static String values(Generation design) {
    return design == RWSEM ? RWSEM_VALUES : VALUES;
  }

  /** What {@code $VP} stands for. */
  public static String preparedValues(Generation design) {
    return PREPARED + (design == RWSEM ? " lock_seq=+44(+0(%di)):u32" : " refcnt=+128(+0(%di)):x32 lock_seq=+40(+0(%di)):u32");
  }
}
