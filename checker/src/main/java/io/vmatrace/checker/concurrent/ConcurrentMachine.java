package io.vmatrace.checker.concurrent;

import io.vmatrace.checker.protocol.Variant;
import java.util.function.Supplier;

/** The operations and the slab of one variant, for real threads. */
public final class ConcurrentMachine {
  public final ConcurrentFaulting faulting;
  public final ConcurrentMapping mapping;
  final ConcurrentResizing resizing;
  final ConcurrentForkAndExit forkAndExit;
  private final Supplier<RwLock> mmapLocks;

  /**
   * @param mmapLocks makes the mmap_lock of each mm
   * @param vmas makes memory for VMAs
   */
  public ConcurrentMachine(Variant variant, Supplier<RwLock> mmapLocks, VmaLock vmaLock, Supplier<Vma> vmas) {
    this.mmapLocks = mmapLocks;
    ConcurrentMmapLocking mmapLock = new ConcurrentMmapLocking(variant, vmaLock);
    faulting = new ConcurrentFaulting(variant, mmapLock, vmaLock);
    Slab slab = new Slab(variant.isRefcounted(), vmas);
    mapping = new ConcurrentMapping(variant, mmapLock, vmaLock, slab);
    resizing = new ConcurrentResizing(mmapLock, vmaLock, slab, mapping);
    forkAndExit = new ConcurrentForkAndExit(variant, mmapLock, vmaLock, slab);
  }

  /** A variant with its own locks. */
  public static ConcurrentMachine of(Variant variant) {
    VmaLock vmaLock = VmaLock.of(variant);
    return new ConcurrentMachine(variant, ConcurrentRwSemaphore::new, vmaLock, vmaLock::make);
  }

  public Mm newMm() {
    return new Mm(mmapLocks.get());
  }
}
