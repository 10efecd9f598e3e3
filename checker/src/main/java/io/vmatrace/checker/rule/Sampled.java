package io.vmatrace.checker.rule;

import io.vmatrace.parser.event.Op;
import java.util.EnumSet;
import java.util.Set;

/** The ops whose probes read values from a VMA or its mm: where rules about single values look. */
public final class Sampled {
  public static final Set<Op> OPS =
      EnumSet.of(
          Op.HANDLE_MM_FAULT,
          Op.VMA_START_WRITE,
          Op.VMA_START_WRITE_RET,
          Op.VMA_MARK_DETACHED,
          Op.VMA_MARK_DETACHED_RET,
          Op.VMA_EXCLUDE_READERS_FOR_DETACH,
          Op.VMA_EXCLUDE_READERS_FOR_DETACH_RET,
          Op.VM_AREA_FREE,
          Op.REMOVE_VMA,
          Op.VMA_LINK,
          Op.VMA_PREPARE,
          Op.VMA_COMPLETE,
          Op.STORED_VMA,
          Op.MM_LOCK_SEQ);

  private Sampled() {}
}
