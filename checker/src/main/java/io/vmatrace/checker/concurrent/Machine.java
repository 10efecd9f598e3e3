package io.vmatrace.checker.concurrent;

import io.vmatrace.checker.protocol.Variant;
import java.util.function.Supplier;

/** The operations and the slab of one variant, for real threads. */
public final class Machine {
  public final Faulting faulting;
  public final Mapping mapping;
  final Resizing resizing;
  final Processes processes;
  private final Supplier<RwLock> mmapLocks;

  /**
   * @param mmapLocks makes the mmap_lock of each mm
   * @param vmas makes memory for VMAs
   */
  public Machine(Variant variant, Supplier<RwLock> mmapLocks, VmaLock vmaLock, Supplier<Vma> vmas) {
    this.mmapLocks = mmapLocks;
    MmapLocking mmapLock = new MmapLocking(variant, vmaLock);
    faulting = new Faulting(variant, mmapLock, vmaLock);
    Slab slab = new Slab(variant.isRefcounted(), vmas);
    mapping = new Mapping(variant, mmapLock, vmaLock, slab);
    resizing = new Resizing(mmapLock, vmaLock, slab, mapping);
    processes = new Processes(variant, mmapLock, vmaLock, slab);
  }

  /** A variant with its own locks. */
  public static Machine of(Variant variant) {
    VmaLock vmaLock = VmaLock.of(variant);
    return new Machine(variant, RwSemaphore::new, vmaLock, vmaLock::make);
  }

  public Mm newMm() {
    return new Mm(mmapLocks.get());
  }
}
