package io.vmatrace.checker.stats;

import io.vmatrace.parser.event.Op;
import java.util.Set;

/** What takes time, from one op of a task to another. */
public enum Timed {
  FAULT_VMA_LOCK("fault under the VMA lock", Op.HANDLE_MM_FAULT_RET),
  FAULT_MMAP_LOCK("fault under the mmap_lock", Op.HANDLE_MM_FAULT_RET),
  LOOK_UP_GRANTED("look-up that returns a VMA", Op.VMA_START_READ, Op.VMA_START_READ_REFUSED),
  LOOK_UP_REFUSED("look-up that returns none", Op.VMA_START_READ, Op.VMA_START_READ_REFUSED),
  READ_WAIT("mmap_lock asked for, to read", Op.MMAP_READ_LOCK, Op.MMAP_WRITE_LOCK),
  WRITE_WAIT("mmap_lock asked for, to write", Op.MMAP_READ_LOCK, Op.MMAP_WRITE_LOCK),
  READ_HOLD("mmap_lock held, to read", Op.MMAP_READ_UNLOCK, Op.MMAP_WRITE_UNLOCK),
  WRITE_HOLD("mmap_lock held, to write", Op.MMAP_READ_UNLOCK, Op.MMAP_WRITE_UNLOCK),
  START_WRITE("__vma_start_write()", Op.VMA_START_WRITE_RET),
  READERS_LEAVE("of which asleep for readers", Op.VMA_START_WRITE_RET),
  SECOND_WAIT("second wait of a detach", Op.VMA_EXCLUDE_READERS_FOR_DETACH_RET);

  private final String text;
  private final Set<Op> shownBy;

  Timed(String text, Op... shownBy) {
    this.text = text;
    this.shownBy = Set.of(shownBy);
  }

  /** For a person. */
  public String text() {
    return text;
  }

  /** The ops of which any shows that it would show: the same events have them. */
  Set<Op> shownBy() {
    return shownBy;
  }
}
