package io.vmatrace.checker.engine;

import io.vmatrace.checker.protocol.Variant;

/** All operations, as a variant has them. */
public final class Programs {
  public final Variant variant;
  public final MmapLocking mmapLock;
  public final VmaLocking vmaLock;
  public final Faulting faulting;
  public final VmaEdits edits;
  public final Unmapping unmapping;
  public final Mapping mapping;
  final Resizing resizing;
  public final ForkAndExit forkAndExit;

  public Programs(Variant variant) {
    this.variant = variant;
    mmapLock = new MmapLocking(variant);
    vmaLock = VmaLocking.of(variant);
    faulting = new Faulting(variant, mmapLock, vmaLock);
    edits = new VmaEdits(vmaLock);
    unmapping = new Unmapping(variant, mmapLock, vmaLock, edits);
    mapping = new Mapping(variant, mmapLock, vmaLock, edits, unmapping);
    resizing = new Resizing(mmapLock, vmaLock, unmapping);
    forkAndExit = new ForkAndExit(variant, mmapLock, vmaLock);
  }
}
