package io.vmatrace.checker.reconstruct;

import org.jspecify.annotations.Nullable;

/**
 * Where vma_writer_wait lies in struct mm_struct: one offset in a capture, another in every configuration of a kernel. It is learnt from the
 * rcuwaits that are woken: the offset that occurs most often with an mm that is known, and a wake-up while a task waits for readers there counts most.
 */
final class WriterWait {
  /** Far more than lies before it in a struct mm_struct. */
  private static final int MOST = 2_048;

  private static final int WAITED_FOR = 8;

  private final World world;
  private final int[] votes = new int[MOST / Long.BYTES];
  private int offset = -1;

  WriterWait(World world) {
    this.world = world;
  }

  /** The mm whose vma_writer_wait an rcuwait is, or null. */
  @Nullable KnownMm mmOf(long rcuwait) {
    KnownMm near = nearest(rcuwait);
    if (near != null) {
      vote((int) (rcuwait - near.address()), near);
    }
    return offset < 0 ? null : world.lastMmAt(rcuwait - offset);
  }

  /** The mm that begins before an address, not far away. */
  private @Nullable KnownMm nearest(long address) {
    if ((address & (Long.BYTES - 1)) != 0) {
      return null;
    }
    KnownMm mm = offset < 0 ? null : world.lastMmAt(address - offset);
    for (int distance = Long.BYTES; distance < MOST && mm == null; distance += Long.BYTES) {
      mm = world.lastMmAt(address - distance);
    }
    return mm;
  }

  private void vote(int distance, KnownMm mm) {
    int of = distance / Long.BYTES;
    votes[of] += mm.isStartingWrite() ? WAITED_FOR : 1;
    if (offset < 0 || votes[of] > votes[offset / Long.BYTES]) {
      offset = distance;
    }
  }
}
