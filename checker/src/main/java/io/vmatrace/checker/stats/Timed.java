package io.vmatrace.checker.stats;

import io.vmatrace.parser.event.Op;
import java.util.Collections;
import java.util.Set;

/** What takes time, from one op of a task to another. */
public enum Timed {
  FAULT_VMA_LOCK("fault under the VMA lock", Set.of(Op.PAGE_FAULT), Set.of(Op.HANDLE_MM_FAULT_RET)),
  FAULT_MMAP_LOCK("fault under the mmap_lock", Set.of(Op.PAGE_FAULT), Set.of(Op.HANDLE_MM_FAULT_RET)),
  LOOK_UP_GRANTED("look-up that returns a VMA", Set.of(Op.LOCK_VMA_UNDER_RCU), Set.of(Op.VMA_START_READ, Op.VMA_START_READ_REFUSED)),
  LOOK_UP_REFUSED("look-up that returns none", Set.of(Op.LOCK_VMA_UNDER_RCU), Set.of(Op.VMA_START_READ, Op.VMA_START_READ_REFUSED)),
  READ_WAIT("mmap_lock asked for, to read", Set.of(Op.MMAP_LOCK_START), Set.of(Op.MMAP_READ_LOCK, Op.MMAP_WRITE_LOCK)),
  WRITE_WAIT("mmap_lock asked for, to write", Set.of(Op.MMAP_LOCK_START), Set.of(Op.MMAP_READ_LOCK, Op.MMAP_WRITE_LOCK)),
  READ_HOLD("mmap_lock held, to read", Set.of(Op.MMAP_READ_LOCK, Op.MMAP_WRITE_LOCK), Set.of(Op.MMAP_READ_UNLOCK, Op.MMAP_WRITE_UNLOCK)),
  WRITE_HOLD("mmap_lock held, to write", Set.of(Op.MMAP_READ_LOCK, Op.MMAP_WRITE_LOCK), Set.of(Op.MMAP_READ_UNLOCK, Op.MMAP_WRITE_UNLOCK)),
  START_WRITE("__vma_start_write()", Set.of(Op.VMA_START_WRITE), Set.of(Op.VMA_START_WRITE_RET)),
  READERS_LEAVE("of which asleep for readers", Set.of(Op.VMA_START_WRITE), Set.of(Op.VMA_START_WRITE_RET)),
  SECOND_WAIT("second wait of a detach", Set.of(Op.VMA_EXCLUDE_READERS_FOR_DETACH), Set.of(Op.VMA_EXCLUDE_READERS_FOR_DETACH_RET));

  private final String text;
  private final Set<Op> begins;
  private final Set<Op> ends;

  Timed(String text, Set<Op> begins, Set<Op> ends) {
    this.text = text;
    this.begins = begins;
    this.ends = ends;
  }

  /** For a person. */
  public String text() {
    return text;
  }

  /** Whether it would show in a recording that has these ops: both its begin and its end. Ops of one event stand for each other. */
  boolean isShownBy(Set<Op> recorded) {
    return !Collections.disjoint(begins, recorded) && !Collections.disjoint(ends, recorded);
  }
}
