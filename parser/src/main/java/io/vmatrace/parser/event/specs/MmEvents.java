package io.vmatrace.parser.event.specs;

import static io.vmatrace.parser.event.Field.*;

import io.vmatrace.parser.event.EventFamily;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;

/** The functions that copy and destroy address spaces, and the one that wakes a writer: mm/mmap.c, kernel/exit.c. */
public final class MmEvents {
  static final EventFamily FAMILY = EventFamily.after(MunmapEvents.FAMILY);

  /** dup_mmap(mm, oldmm): MM is the child's, OTHER the parent's. */
  public static final EventKind DUP_MMAP =
      FAMILY
          .entry("dup_mmap")
          .fields(MM, OTHER)
          .mandatory(MM)
          .arguments(MM, OTHER)
          .fprobe(Generation.REFCNTS, "mm=mm:x64 oldmm=oldmm:x64")
          .shows(Op.DUP_MMAP)
          .row();

  public static final EventKind DUP_MMAP_RET =
      FAMILY
          .returned("dup_mmap")
          .fields(RET, MM)
          .mandatory(MM)
          .arguments(MM, OTHER)
          .fprobe(Generation.REFCNTS, "ret=$retval:s32 mm=mm:x64")
          .shows(Op.DUP_MMAP_RET)
          .row();

  public static final EventKind EXIT_MMAP =
      FAMILY
          .entry("exit_mmap")
          .fields(MM)
          .mandatory(MM)
          .arguments(MM)
          .noProbe("the tracepoint exit_mmap comes from the same function")
          .showsNone("the tracepoint exit_mmap shows where the tree is destroyed")
          .row();

  public static final EventKind RCUWAIT_WAKE_UP =
      FAMILY
          .entry("rcuwait_wake_up")
          .fields(LOCK)
          .arguments(LOCK)
          .fprobe(Generation.REFCNTS, "w=w:x64")
          .shows(Op.RCUWAIT_WAKE_UP)
          .row();

  /** mm_drop_all_locks(mm): what mm_take_all_locks() took is dropped, but no write lock of a VMA. */
  public static final EventKind MM_DROP_ALL_LOCKS =
      FAMILY
          .entry("mm_drop_all_locks")
          .fields(MM)
          .mandatory(MM)
          .arguments(MM)
          .fprobe(Generation.VMA_LOCKS, "mm=mm:x64")
          .shows(Op.MM_DROP_ALL_LOCKS)
          .row();

  private MmEvents() {}
}
