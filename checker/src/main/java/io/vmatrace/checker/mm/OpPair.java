package io.vmatrace.checker.mm;

import io.vmatrace.parser.event.Op;
import java.util.Arrays;
import java.util.EnumSet;
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

  /** Where an op is counted: twice its pair's ordinal for a begin, one more for an end; -1 for an op of no pair. */
  private static final byte[] SLOTS = slots();

  private final Set<Op> begins;
  private final Set<Op> ends;

  OpPair(Set<Op> begins, Set<Op> ends) {
    this.begins = begins;
    this.ends = ends;
  }

  /** The pair that an op begins or ends, or null. */
  public static @Nullable OpPair of(Op op) {
    byte slot = SLOTS[op.ordinal()];
    return slot < 0 ? null : values()[slot / 2];
  }

  /** Whether an op begins it, and does not end it. */
  public boolean isBegunBy(Op op) {
    return begins.contains(op);
  }

  /**
   * Whether as many of all tasks were recorded to begin as to end, but for a few.
   *
   * @param counts how often each op was recorded; those that never were may be left out
   */
  public boolean isBalanced(Map<Op, Long> counts) {
    long begun = begun(counts);
    long ended = ended(counts);
    return Math.abs(begun - ended) <= FEW + (begun + ended) / PART;
  }

  /** How often it began. */
  public long begun(Map<Op, Long> counts) {
    return sum(begins, counts);
  }

  /** How often it ended. */
  public long ended(Map<Op, Long> counts) {
    return sum(ends, counts);
  }

  private static long sum(Set<Op> ops, Map<Op, Long> counts) {
    long sum = 0;
    for (Op op : ops) {
      sum += counts.getOrDefault(op, 0L);
    }
    return sum;
  }

  private static byte[] slots() {
    byte[] slots = new byte[Op.values().length];
    Arrays.fill(slots, (byte) -1);
    for (OpPair pair : values()) {
      pair.begins.forEach(op -> slots[op.ordinal()] = (byte) (2 * pair.ordinal()));
      pair.ends.forEach(op -> slots[op.ordinal()] = (byte) (2 * pair.ordinal() + 1));
    }
    return slots;
  }

  /** How often one task began and ended what comes in pairs. */
  public static final class Counts {
    /** One alone may have been under way, and be the violation itself. */
    private static final int SOME = 2;

    private final int[] counts = new int[2 * OpPair.values().length];

    /** Counts an op, if it is one of a pair. */
    public void add(Op op) {
      byte slot = SLOTS[op.ordinal()];
      if (slot >= 0) {
        counts[slot]++;
      }
    }

    /** Adds the pairs of which this task showed several of one side and none of the other. */
    public void addOneSided(EnumSet<OpPair> pairs) {
      for (OpPair pair : OpPair.values()) {
        int begins = counts[2 * pair.ordinal()];
        int ends = counts[2 * pair.ordinal() + 1];
        if (Math.min(begins, ends) == 0 && Math.max(begins, ends) >= SOME) {
          pairs.add(pair);
        }
      }
    }
  }
}
