package io.vmatrace.checker.rule;

/** Bits of vm_flags: include/linux/mm.h. */
public final class VmFlags {
  /** VM_MAYBE_GUARD (6.19), which vma_set_atomic_flag() sets without the write lock. */
  public static final long SET_BY_READERS = 0x800;

  private VmFlags() {}
}
