package io.vmatrace.checker.reconstruct;

/** Keeps memory bounded: where too many tasks, mms and VMAs are known at once, because their ends were not recorded, those that were idle the longest become unknown, or all. */
public final class Room {
  /** About what each of them takes, and what all may take together: less than half of the heap that the launcher gives. */
  private static final long TASK_BYTES = 2_200;

  private static final long MM_BYTES = 700;
  private static final long VMA_BYTES = 370;
  static final long USUAL_BYTES = 64L << 20;

  private final long most;

  private long count;
  private long ofAll;
  private long firstAt;

  /** @param most about how many bytes all may take together */
  Room(long most) {
    this.most = most;
  }

  /** Whether so many are known that memory becomes short. */
  boolean isFull(int tasks, int mms, int vmas) {
    return bytes(tasks, mms, vmas) > most;
  }

  /** Whether so many are left that there would soon be too many again. */
  boolean isNearlyFull(int tasks, int mms, int vmas) {
    return bytes(tasks, mms, vmas) > most / 4 * 3;
  }

  private static long bytes(int tasks, int mms, int vmas) {
    return TASK_BYTES * tasks + MM_BYTES * mms + VMA_BYTES * vmas;
  }

  /** @param all whether nothing is known after it */
  void makeAt(long at, boolean all) {
    firstAt = count++ == 0 ? at : firstAt;
    ofAll += all ? 1 : 0;
  }

  /** How often something became unknown; mostly 0. */
  public long count() {
    return count;
  }

  /** How often that was all. */
  public long ofAll() {
    return ofAll;
  }

  /** After which place of the capture that was so first; 0 where it never was. */
  public long firstAt() {
    return firstAt;
  }
}
