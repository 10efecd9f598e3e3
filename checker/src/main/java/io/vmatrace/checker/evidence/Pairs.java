package io.vmatrace.checker.evidence;

import io.vmatrace.parser.event.Op;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Ops that come in pairs: where far more begins were recorded than ends, or the other way round, one of the two was switched off for a while. */
final class Pairs {
  /** What may be under way when a recording begins or ends. */
  private static final long FEW = 8;

  /** Of so many one more may be missing: a return that a probe missed. */
  private static final long PART = 50;

  /**
   * Ops that begin something, and ops that end it.
   *
   * @param begins any of them begins it
   * @param ends any of them ends it
   */
  record Pair(Set<Op> begins, Set<Op> ends) {
    boolean isBalanced(Map<Op, Long> counts) {
      long begun = sum(begins, counts);
      long ended = sum(ends, counts);
      return Math.abs(begun - ended) <= FEW + (begun + ended) / PART;
    }

    private static long sum(Set<Op> ops, Map<Op, Long> counts) {
      return ops.stream().mapToLong(op -> counts.getOrDefault(op, 0L)).sum();
    }
  }

  private static final List<Pair> ALL =
      List.of(
          new Pair(Set.of(Op.MMAP_READ_LOCK, Op.MMAP_WRITE_LOCK), Set.of(Op.MMAP_READ_UNLOCK, Op.MMAP_WRITE_UNLOCK)),
          new Pair(Set.of(Op.LOCK_VMA_UNDER_RCU), Set.of(Op.VMA_START_READ, Op.VMA_START_READ_REFUSED)),
          new Pair(Set.of(Op.HANDLE_MM_FAULT), Set.of(Op.HANDLE_MM_FAULT_RET)),
          new Pair(Set.of(Op.VMA_START_WRITE), Set.of(Op.VMA_START_WRITE_RET)),
          new Pair(Set.of(Op.VMA_MARK_DETACHED), Set.of(Op.VMA_MARK_DETACHED_RET)),
          new Pair(Set.of(Op.VMA_PREPARE), Set.of(Op.VMA_COMPLETE)),
          new Pair(Set.of(Op.VMS_GATHER_MUNMAP_VMAS), Set.of(Op.VMS_GATHER_MUNMAP_VMAS_RET)));

  private Pairs() {}

  /** The pairs that an op ends or begins. */
  static List<Pair> of(Op op) {
    return ALL.stream().filter(pair -> pair.begins().contains(op) || pair.ends().contains(op)).toList();
  }
}
