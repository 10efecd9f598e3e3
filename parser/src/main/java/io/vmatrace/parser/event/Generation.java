package io.vmatrace.parser.event;

import java.util.Set;

/** The designs of the per-VMA lock. */
public enum Generation {
  /** To 6.3: no VMA lock. */
  MMAP_LOCK("mmap-lock"),
  /** 6.4 to 6.14: a rwsem and a detached flag in each VMA. */
  RWSEM("rwsem"),
  /** 6.15 to 6.19: vm_refcnt. */
  REFCOUNT("refcount"),
  /** 7.0 on: vm_refcnt, detach inline with a slow path of its own. */
  EXCLUDE_READERS("exclude-readers");

  /** The designs that have a VMA lock. */
  public static final Set<Generation> VMA_LOCKS = Set.of(RWSEM, REFCOUNT, EXCLUDE_READERS);

  /** The designs whose VMA lock is vm_refcnt. */
  public static final Set<Generation> REFCNTS = Set.of(REFCOUNT, EXCLUDE_READERS);

  private final String text;

  Generation(String text) {
    this.text = text;
  }

  /** The name used in reports. */
  public String text() {
    return text;
  }
}
