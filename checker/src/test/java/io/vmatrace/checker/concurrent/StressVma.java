package io.vmatrace.checker.concurrent;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A VMA with canaries: who uses it, as the tasks themselves say. */
final class StressVma extends Vma {
  /** Tasks that use it under a read lock. */
  final AtomicInteger readers = new AtomicInteger();

  /** The task that has it write-locked. */
  volatile @Nullable Task writer;

  /** Fork is copying its page table entries. */
  volatile boolean copied;

  /** Allocated, not freed. */
  volatile boolean allocated;
}
