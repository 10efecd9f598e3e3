package io.vmatrace.parser.event.specs;

import static io.vmatrace.parser.event.Field.*;

import io.vmatrace.parser.event.EventFamily;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;

/** The functions that take the read lock of a VMA: mm/mmap_lock.c (mm/memory.c to 6.15). */
public final class LookUpEvents {
  static final EventFamily FAMILY = EventFamily.after(SyscallEvents.FAMILY);

  public static final EventKind LOCK_VMA_UNDER_RCU =
      FAMILY
          .entry("lock_vma_under_rcu")
          .fields(MM, ADDRESS)
          .sampled(MM_USERS, MT_FLAGS)
          .mandatory(MM, ADDRESS)
          .arguments(MM, ADDRESS)
          .fprobe(Generation.VMA_LOCKS, "mm=mm:x64 address=address:x64 users=mm->mm_users.counter:s32 mt_flags=mm->mm_mt.ma_flags:x32")
          .certain()
          .shows(Op.LOCK_VMA_UNDER_RCU)
          .row();

  /** VMA is the return value: 0 when no lock was given. */
  public static final EventKind LOCK_VMA_UNDER_RCU_RET =
      FAMILY
          .returned("lock_vma_under_rcu")
          .fields(VMA, MM, ADDRESS)
          .mandatory(VMA, MM, ADDRESS)
          .arguments(MM, ADDRESS)
          .returns(VMA)
          .fprobe(Generation.VMA_LOCKS, "vma=$retval:x64 mm=mm:x64 address=address:x64")
          .certain()
          .shows(Op.VMA_START_READ, Op.VMA_START_READ_REFUSED)
          .row();

  /** lock_next_vma(mm, vmi, from_addr), since 6.17. */
  public static final EventKind LOCK_NEXT_VMA =
      FAMILY
          .entry("lock_next_vma")
          .fields(MM, ADDRESS)
          .mandatory(MM, ADDRESS)
          .arguments(MM, null, ADDRESS)
          .fprobe(Generation.REFCNTS, "mm=mm:x64 from=$arg3:x64")
          .ignored()
          .showsNone("readers of /proc/PID/maps are not followed")
          .row();

  public static final EventKind LOCK_NEXT_VMA_RET =
      FAMILY
          .returned("lock_next_vma")
          .fields(VMA, MM, ADDRESS)
          .sampled(START, END)
          .mandatory(VMA)
          .arguments(MM, null, ADDRESS)
          .returns(VMA)
          .fprobe(Generation.REFCNTS, "vma=$retval:x64 mm=mm:x64 from=$arg3:x64 start=$retval->vm_start:x64 end=$retval->vm_end:x64")
          .shows(Op.LOCK_NEXT_VMA)
          .row();

  /** uffd_lock_vma(mm, address). VMA is the return value, an error where there is none. */
  public static final EventKind UFFD_LOCK_VMA_RET =
      FAMILY
          .returned("uffd_lock_vma")
          .fields(VMA, MM, ADDRESS)
          .mandatory(VMA, MM, ADDRESS)
          .arguments(MM, ADDRESS)
          .returns(VMA)
          .fprobe(Generation.VMA_LOCKS, "vma=$retval:x64 mm=mm:x64 address=address:x64")
          .shows(Op.UFFD_LOCK_VMA)
          .row();

  public static final EventKind DO_PROCMAP_QUERY =
      FAMILY.entry("do_procmap_query").noArguments().fprobe(Generation.REFCNTS, "").shows(Op.PROCMAP_QUERY).row();

  public static final EventKind DO_PROCMAP_QUERY_RET =
      FAMILY.returned("do_procmap_query").noArguments().fprobe(Generation.REFCNTS, "").shows(Op.PROCMAP_QUERY_RET).row();

  private LookUpEvents() {}
}
