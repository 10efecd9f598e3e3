package io.vmatrace.checker.mm;

import io.vmatrace.parser.event.Op;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Ops that come in pairs. Where far more begins were recorded than ends, or the other way round, one of the two was filtered or off for a while. */
public enum OpPair {
  MMAP_LOCK(Set.of(Op.MMAP_READ_LOCK, Op.MMAP_WRITE_LOCK), Set.of(Op.MMAP_READ_UNLOCK, Op.MMAP_WRITE_UNLOCK)),
  LOOK_UP(Set.of(Op.LOCK_VMA_UNDER_RCU), Set.of(Op.VMA_START_READ, Op.VMA_START_READ_REFUSED)),
  FAULT(Set.of(Op.HANDLE_MM_FAULT), Set.of(Op.HANDLE_MM_FAULT_RET)),
  START_WRITE(Set.of(Op.VMA_START_WRITE), Set.of(Op.VMA_START_WRITE_RET)),
  MARK_DETACHED(Set.of(Op.VMA_MARK_DETACHED), Set.of(Op.VMA_MARK_DETACHED_RET)),
  RANGE_CHANGE(Set.of(Op.VMA_PREPARE), Set.of(Op.VMA_COMPLETE)),
  GATHERING(Set.of(Op.VMS_GATHER_MUNMAP_VMAS), Set.of(Op.VMS_GATHER_MUNMAP_VMAS_RET));

  /** What may be under way when a recording begins or ends. */
  private static final long FEW = 8;

  /** Of so many one more may be missing: a return that a probe missed. */
  private static final long PART = 50;

  private static final @Nullable OpPair[] OF = table();

  private final Set<Op> begins;
  private final Set<Op> ends;

  OpPair(Set<Op> begins, Set<Op> ends) {
    this.begins = begins;
    this.ends = ends;
  }

  /** The pair that an op begins or ends, or null. */
  public static @Nullable OpPair of(Op op) {
    return OF[op.ordinal()];
  }

  /** Whether an op of this pair begins what the other one ends. */
  public boolean isBegunBy(Op op) {
    return begins.contains(op);
  }

  /**
   * Whether as many of all tasks were recorded to begin as to end, but for a few.
   *
   * @param counts how often each op was recorded; those that never were may be left out
   */
  public boolean isBalanced(Map<Op, Long> counts) {
    long begun = sum(begins, counts);
    long ended = sum(ends, counts);
    return Math.abs(begun - ended) <= FEW + (begun + ended) / PART;
  }

  private static long sum(Set<Op> ops, Map<Op, Long> counts) {
    return ops.stream().mapToLong(op -> counts.getOrDefault(op, 0L)).sum();
  }

  private static @Nullable OpPair[] table() {
    @Nullable OpPair[] table = new OpPair[Op.values().length];
    for (OpPair pair : values()) {
      List.of(pair.begins, pair.ends).forEach(ops -> ops.forEach(op -> table[op.ordinal()] = pair));
    }
    return table;
  }

  /** How often one task began and ended what comes in pairs. */
  public static final class Counts {
    /** One alone may have been under way, and be the violation itself. */
    private static final int SOME = 2;

    private final int[] begun = new int[OpPair.values().length];
    private final int[] ended = new int[OpPair.values().length];

    /** Counts an op, if it is one of a pair. */
    public void add(Op op) {
      OpPair pair = of(op);
      if (pair != null) {
        (pair.isBegunBy(op) ? begun : ended)[pair.ordinal()]++;
      }
    }

    /** Adds the pairs of which this task showed several of one side and none of the other. */
    public void addOneSided(EnumSet<OpPair> pairs) {
      for (OpPair pair : OpPair.values()) {
        int begins = begun[pair.ordinal()];
        int ends = ended[pair.ordinal()];
        if (Math.min(begins, ends) == 0 && Math.max(begins, ends) >= SOME) {
          pairs.add(pair);
        }
      }
    }
  }
}
