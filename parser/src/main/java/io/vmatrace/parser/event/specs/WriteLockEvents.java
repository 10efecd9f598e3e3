package io.vmatrace.parser.event.specs;

import static io.vmatrace.parser.event.Field.*;

import io.vmatrace.parser.event.EventFamily;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;
import java.util.Set;

/** The functions that write-lock or detach a VMA: include/linux/mmap_lock.h, mm/mmap_lock.c (6.15 on). */
public final class WriteLockEvents {
  static final EventFamily FAMILY = EventFamily.after(FaultEvents.FAMILY);

  /** The second argument of __vma_start_write() is mm_lock_seq in 6.15 to 6.19, a task state in 7.0 and later. */
  public static final EventKind VMA_START_WRITE =
      FAMILY
          .entry("__vma_start_write")
          .fields(VMA, MM)
          .sampled(START, END, REFCNT, LOCK_SEQ, MM_SEQ)
          .mandatory(VMA)
          .arguments(VMA)
          .argumentsIn6(VMA, MM_SEQ)
          .fprobe(Generation.REFCNTS, "$V")
          .certain()
          .shows(Op.VMA_START_WRITE, Op.STILL_WAITS_FOR_READERS)
          .row();

  /** __vma_start_write() returns an int since 7.0, and nothing before. */
  public static final EventKind VMA_START_WRITE_RET =
      FAMILY
          .returned("__vma_start_write")
          .fields(RET, VMA, MM)
          .sampled(START, END, REFCNT, LOCK_SEQ, MM_SEQ)
          .mandatory(VMA)
          .arguments(VMA)
          .argumentsIn6(VMA, MM_SEQ)
          .returnsSince(7)
          .fprobe(Set.of(Generation.REFCOUNT), "$V")
          .fprobe(Set.of(Generation.EXCLUDE_READERS), "ret=$retval:s32 $V")
          .certain()
          .shows(Op.VMA_START_WRITE_RET)
          .row();

  /** That it exists tells the kernel's design; nothing else of it is used. */
  public static final EventKind VMA_START_EXCLUDE_READERS =
      FAMILY
          .entry("__vma_start_exclude_readers")
          .fields(VMA, FLAG)
          .noArguments()
          .kprobe(Set.of(Generation.EXCLUDE_READERS), "vma=+0(%di):x64 detaching=+12(%di):u8")
          .ignored()
          .showsNone("it is a part of __vma_start_write() and of a detach")
          .row();

  public static final EventKind VMA_EXCLUDE_READERS_FOR_DETACH =
      FAMILY
          .entry("__vma_exclude_readers_for_detach")
          .fields(VMA, MM)
          .sampled(START, END, REFCNT, LOCK_SEQ, MM_SEQ)
          .mandatory(VMA)
          .arguments(VMA)
          .fprobe(Set.of(Generation.EXCLUDE_READERS), "$V")
          .shows(Op.VMA_EXCLUDE_READERS_FOR_DETACH)
          .row();

  public static final EventKind VMA_EXCLUDE_READERS_FOR_DETACH_RET =
      FAMILY
          .returned("__vma_exclude_readers_for_detach")
          .fields(VMA, MM)
          .sampled(START, END, REFCNT, LOCK_SEQ, MM_SEQ)
          .mandatory(VMA)
          .arguments(VMA)
          .fprobe(Set.of(Generation.EXCLUDE_READERS), "$V")
          .shows(Op.VMA_EXCLUDE_READERS_FOR_DETACH_RET)
          .row();

  public static final EventKind VMA_MARK_DETACHED =
      FAMILY
          .entry("vma_mark_detached")
          .fields(VMA, MM)
          .sampled(START, END, REFCNT, LOCK_SEQ, MM_SEQ)
          .mandatory(VMA)
          .arguments(VMA)
          .fprobe(Set.of(Generation.REFCOUNT), "$V")
          .certain()
          .shows(Op.VMA_MARK_DETACHED)
          .row();

  public static final EventKind VMA_MARK_DETACHED_RET =
      FAMILY
          .returned("vma_mark_detached")
          .fields(VMA, MM)
          .sampled(START, END, REFCNT, LOCK_SEQ, MM_SEQ)
          .mandatory(VMA)
          .arguments(VMA)
          .fprobe(Set.of(Generation.REFCOUNT), "$V")
          .certain()
          .shows(Op.VMA_MARK_DETACHED_RET)
          .row();

  private WriteLockEvents() {}
}
