package io.vmatrace.checker.mm;

/** Page faults by the path that served them. */
public final class FaultTally {
  private long vmaLock;
  private long mmapLock;
  private long unresolved;

  /** Counts one fault. */
  public void add(FaultPath path) {
    switch (path) {
      case VMA_LOCK -> vmaLock++;
      case MMAP_LOCK -> mmapLock++;
      case UNRESOLVED -> unresolved++;
    }
  }

  /** Faults under the VMA lock are unresolved after all. */
  public void doubtVmaLocked() {
    unresolved += vmaLock;
    vmaLock = 0;
  }

  public long vmaLock() {
    return vmaLock;
  }

  public long mmapLock() {
    return mmapLock;
  }

  public long unresolved() {
    return unresolved;
  }

  public long total() {
    return vmaLock + mmapLock + unresolved;
  }
}
