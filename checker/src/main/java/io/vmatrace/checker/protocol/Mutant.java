package io.vmatrace.checker.protocol;

/** A bug that the protocol had, or may be given; its name in docs/PROTOCOL.md, Known bugs and Mutants. */
public enum Mutant {
  /** Fork copies page tables without write-locking the parent's VMAs. */
  B01,
  /** mm_drop_all_locks() ended all write locks: here, a write section that continues after vma_end_write_all(). */
  B08,
  /** The address is compared before the detached flag is tested. */
  B09,
  /** Gathered VMAs are not write-locked. */
  B10,
  /** vma_refcount_put() without a pin on the foreign mm. */
  B14_NO_PIN,
  /** vm_mm is read after the decrement. */
  B14_LATE_READ,
  /** The killable write lock leaves its flag behind when SIGKILL ends it. */
  B17,
  /** userfaultfd's move keeps one VMA while it waits for the mmap_lock. */
  B21,
  /** A detach that is not the last reference calls vma_start_write(), which returns at once. */
  M1,
  /** A detach that is not the last reference waits for the target of an attached VMA. */
  M2,
  /** Detach stores 0. */
  M3,
  /** No owner test. */
  M5,
  /** The sequence number is compared before the increment only. */
  M6,
  /** A reader may enter at the limit and carry into the flag. */
  M7,
  /** Readers wake only a writer, not a detacher. */
  M8,
  /** Readers also wake at 0: the same protocol, since 0 has no flag. */
  M9,
  /** A downgrade does not end the write locks. */
  M10,
  /** The write locks end after the release of the mmap_lock. */
  M11,
  /** The sequence number does not change when the mmap_lock is taken. */
  M12,
  /** Detached before it is write-locked. */
  M13,
  /** Freed before it is out of the tree. */
  M14,
  /** The tree is cleared one VMA at a time, before the later ones are locked. */
  M15,
  /** What was gathered stays detached when the store fails. */
  M16,
  /** The caller of a fault that says RETRY ends the read lock once more. */
  M18,
  /** A reader waits for the mmap_lock while it holds a VMA. */
  M19,
  /** The writer reads vm_refcnt before it registers. */
  M20
}
