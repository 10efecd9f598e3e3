package io.vmatrace.parser.event.specs;

import static io.vmatrace.parser.event.Field.*;

import io.vmatrace.parser.event.EventFamily;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Op;

/** The tracepoints of the mmap_lock: include/trace/events/mmap_lock.h. */
public final class MmapLockEvents {
  static final EventFamily FAMILY = EventFamily.first();

  public static final EventKind MMAP_LOCK_START_LOCKING =
      FAMILY
          .tracepoint("mmap_lock_start_locking", "mmap_lock")
          .fields(MM, WRITE)
          .mandatory(MM, WRITE)
          .certain()
          .shows(Op.MMAP_LOCK_START, Op.MMAP_LOCK_FAILED, Op.MMAP_READ_LOCK, Op.MMAP_WRITE_LOCK, Op.MMAP_WRITE_DOWNGRADE, Op.STILL_WAITS_FOR_ITSELF)
          .row();

  public static final EventKind MMAP_LOCK_ACQUIRE_RETURNED =
      FAMILY
          .tracepoint("mmap_lock_acquire_returned", "mmap_lock")
          .fields(MM, WRITE, SUCCESS)
          .mandatory(MM, WRITE, SUCCESS)
          .certain()
          .shows(Op.MMAP_LOCK_FAILED, Op.MMAP_READ_LOCK, Op.MMAP_WRITE_LOCK, Op.MMAP_WRITE_DOWNGRADE)
          .row();

  public static final EventKind MMAP_LOCK_RELEASED =
      FAMILY
          .tracepoint("mmap_lock_released", "mmap_lock")
          .fields(MM, WRITE)
          .mandatory(MM, WRITE)
          .certain()
          .shows(Op.MMAP_READ_UNLOCK, Op.MMAP_WRITE_UNLOCK)
          .row();

  /** In include/linux/mmap_lock.h mmap_write_lock() the event comes behind mm_lock_seqcount_begin() (6.14 on). */
  public static final EventKind MMAP_LOCK_SEQ =
      FAMILY
          .eventProbe("mmap_lock_seq")
          .fields(MM)
          .sampled(MM_SEQ)
          .mandatory(MM)
          .at("mmap_lock/mmap_lock_acquire_returned", "mm=$mm:x64 mm_seq=+{mm_struct.mm_lock_seq}($mm):u32")
          .shows(Op.MM_LOCK_SEQ)
          .row();

  private MmapLockEvents() {}
}
