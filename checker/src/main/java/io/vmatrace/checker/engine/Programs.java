package io.vmatrace.checker.engine;

/** All operations, as a variant has them. */
final class Programs {
  final Variant variant;
  final MmapLocking mmapLock;
  final VmaLocking vmaLock;
  final Faulting faulting;
  final Mapping mapping;
  final Processes processes;

  Programs(Variant variant) {
    this.variant = variant;
    mmapLock = new MmapLocking(variant);
    vmaLock = VmaLocking.of(variant);
    faulting = new Faulting(variant, mmapLock, vmaLock);
    mapping = new Mapping(variant, mmapLock, vmaLock);
    processes = new Processes(variant, mmapLock, vmaLock);
  }
}
