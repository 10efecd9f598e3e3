package io.vmatrace.checker.evidence;

import static io.vmatrace.parser.event.Generation.EXCLUDE_READERS;
import static io.vmatrace.parser.event.Generation.REFCOUNT;
import static io.vmatrace.parser.event.Generation.RWSEM;

import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.specs.FaultEvents;
import io.vmatrace.parser.event.specs.LookUpEvents;
import io.vmatrace.parser.event.specs.MmEvents;
import io.vmatrace.parser.event.specs.MunmapEvents;
import io.vmatrace.parser.event.specs.VmaEvents;
import io.vmatrace.parser.event.specs.WriteLockEvents;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The probes that make a capture E2, as they are written to dynamic_events: docs/CAPTURE.md shows just these. Accepted and exercised
 * on 6.12.94, 6.18.15 and 7.2.13, x86-64 (docs/PROTOCOL.md, What can be hooked); those that name registers are for x86-64 only.
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

  /** Each event is named after its function: the kind knows both. */
  private static final List<Probe> TABLE =
      List.of(
          fprobe(LookUpEvents.LOCK_VMA_UNDER_RCU, ALL, "mm=mm:x64 address=address:x64"),
          fprobe(LookUpEvents.LOCK_VMA_UNDER_RCU_RET, ALL, "vma=$retval:x64 mm=mm:x64 address=address:x64"),
          fprobe(LookUpEvents.LOCK_NEXT_VMA, REFCNTS, "mm=mm:x64 from=$arg3:x64"),
          fprobe(LookUpEvents.LOCK_NEXT_VMA_RET, REFCNTS, "vma=$retval:x64 mm=mm:x64"),
          fprobe(FaultEvents.HANDLE_MM_FAULT, ALL, "address=address:x64 flags=flags:x32 $V"),
          fprobe(FaultEvents.HANDLE_MM_FAULT_RET, ALL, "ret=$retval:x32 vma=vma:x64 address=address:x64"),
          fprobe(FaultEvents.VMF_ANON_PREPARE_RET, ALL, "ret=$retval:x32 vma=vmf->vma:x64"),
          fprobe(WriteLockEvents.VMA_START_WRITE, REFCNTS, "$V"),
          fprobe(WriteLockEvents.VMA_START_WRITE_RET, Set.of(REFCOUNT), "$V"),
          fprobe(WriteLockEvents.VMA_START_WRITE_RET, Set.of(EXCLUDE_READERS), "ret=$retval:s32 $V"),
          kprobe(WriteLockEvents.VMA_START_EXCLUDE_READERS, Set.of(EXCLUDE_READERS), "vma=+0(%di):x64 detaching=+12(%di):u8"),
          fprobe(WriteLockEvents.VMA_EXCLUDE_READERS_FOR_DETACH, Set.of(EXCLUDE_READERS), "$V"),
          fprobe(WriteLockEvents.VMA_EXCLUDE_READERS_FOR_DETACH_RET, Set.of(EXCLUDE_READERS), "$V"),
          fprobe(WriteLockEvents.VMA_MARK_DETACHED, Set.of(REFCOUNT), "$V"),
          fprobe(WriteLockEvents.VMA_MARK_DETACHED_RET, Set.of(REFCOUNT), "$V"),
          fprobe(VmaEvents.VM_AREA_ALLOC_RET, ALL, "vma=$retval:x64 mm=mm:x64"),
          fprobe(VmaEvents.VM_AREA_DUP_RET, ALL, "vma=$retval:x64 orig=orig:x64"),
          fprobe(VmaEvents.VM_AREA_FREE, ALL, "$V"),
          kprobe(VmaEvents.VM_AREA_FREE_RCU_CB, Set.of(RWSEM), "vma=%di:x64"),
          fprobe(VmaEvents.REMOVE_VMA, ALL, "$V"),
          fprobe(VmaEvents.VMA_LINK, ALL, "$V"),
          kprobe(VmaEvents.VMA_PREPARE, ALL, "$VP"),
          kprobe(VmaEvents.VMA_COMPLETE, ALL, "$VP"),
          fprobe(VmaEvents.SPLIT_VMA, ALL, "vma=vma:x64 address=addr:x64 new_below=new_below:u32"),
          kprobe(MunmapEvents.VMS_GATHER_MUNMAP_VMAS, ALL, "start=+40(%di):x64 end=+48(%di):x64 vma=+8(%di):x64"),
          kprobe(MunmapEvents.VMS_GATHER_MUNMAP_VMAS_RET, ALL, "ret=$retval:s32"),
          kprobe(MunmapEvents.VMS_COMPLETE_MUNMAP_VMAS, ALL, "start=+40(%di):x64 end=+48(%di):x64"),
          kprobe(MunmapEvents.VMS_COMPLETE_MUNMAP_VMAS_RET, ALL, ""),
          fprobe(MunmapEvents.MPROTECT_FIXUP, ALL, "vma=vma:x64 start=start:x64 end=end:x64"),
          fprobe(MunmapEvents.UNLINK_ANON_VMAS, ALL, "vma=vma:x64"),
          fprobe(MunmapEvents.EXPAND_DOWNWARDS, ALL, "vma=vma:x64 address=address:x64"),
          fprobe(MunmapEvents.FREE_PGTABLES, ALL, ""),
          fprobe(MunmapEvents.MOVE_PAGE_TABLES, ALL, ""),
          fprobe(MmEvents.DUP_MMAP, REFCNTS, "mm=mm:x64 oldmm=oldmm:x64"),
          fprobe(MmEvents.DUP_MMAP_RET, REFCNTS, "ret=$retval:s32 mm=mm:x64"),
          fprobe(MmEvents.RCUWAIT_WAKE_UP, REFCNTS, "w=w:x64"));

  private Probes() {}

  /** A probe on a function's entry or return, with the arguments by their names. */
  private static Probe fprobe(EventKind kind, Set<Generation> designs, String values) {
    return probe(kind, designs, "f", returns(kind) ? "%return" : "", values);
  }

  /** A probe with the arguments by their registers, for what has none with names. */
  private static Probe kprobe(EventKind kind, Set<Generation> designs, String values) {
    return probe(kind, designs, returns(kind) ? "r" : "p", "", values);
  }

  private static boolean returns(EventKind kind) {
    return kind.source() == EventKind.Source.PROBE_RETURN;
  }

  private static Probe probe(EventKind kind, Set<Generation> designs, String type, String place, String values) {
    return new Probe(kind, designs, "%s:vma/%s %s%s %s".formatted(type, kind.eventName(), kind.kernelName(), place, values).strip());
  }

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
