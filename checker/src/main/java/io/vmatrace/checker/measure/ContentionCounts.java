package io.vmatrace.checker.measure;

/**
 * What tasks met because of other tasks.
 *
 * @param retries how often a reader walked the tree again because it met a detached VMA
 * @param writerWaits how often a writer met a reader: it waited, for a write lock or in a detach
 * @param detached how many VMAs were detached
 * @param secondWaits how often that met a reader's temporary reference (vma_mark_detached()'s second wait)
 */
public record ContentionCounts(long retries, long writerWaits, long detached, long secondWaits) {
  static final ContentionCounts NONE = new ContentionCounts(0, 0, 0, 0);

  ContentionCounts plus(ContentionCounts other) {
    return new ContentionCounts(retries + other.retries, writerWaits + other.writerWaits, detached + other.detached, secondWaits + other.secondWaits);
  }
}
