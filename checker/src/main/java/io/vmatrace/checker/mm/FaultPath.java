package io.vmatrace.checker.mm;

/** Which lock a page fault was served under. */
public enum FaultPath {
  VMA_LOCK,
  MMAP_LOCK,
  /** Neither, or the capture does not prove which. */
  UNRESOLVED
}
