package io.vmatrace.checker.reconstruct;

/** Keeps memory bounded: where too many tasks, mms and VMAs are known at once, because their ends were not recorded, all of them become unknown. */
public final class Room {
  /** About what each of them takes, and what all may take together: less than half of the heap that the launcher gives. */
  private static final long TASK_BYTES = 2_200;

  private static final long MM_BYTES = 700;
  private static final long VMA_BYTES = 370;
  private static final long MOST_BYTES = 64L << 20;

  private long count;
  private long firstAt;

  /** Whether so many are known that memory becomes short. */
  static boolean isFull(int tasks, int mms, int vmas) {
    return TASK_BYTES * tasks + MM_BYTES * mms + VMA_BYTES * vmas > MOST_BYTES;
  }

  void makeAt(long at) {
    firstAt = count++ == 0 ? at : firstAt;
  }

  /** How often all that was known became unknown; mostly 0. */
  public long count() {
    return count;
  }

  /** After which place of the capture that was so first; 0 where it never was. */
  public long firstAt() {
    return firstAt;
  }
}
