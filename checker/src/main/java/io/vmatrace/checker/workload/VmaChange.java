package io.vmatrace.checker.workload;

/**
 * One thing that a write section does to the VMAs of its mm. Addresses are numbers of pages.
 *
 * @param at an address inside its VMA, or the place of the split
 * @param first the first page of its range
 * @param last the last page of its range; less than {@code first} where there is none
 */
public record VmaChange(Kind kind, long at, long first, long last) {
  /** What. */
  public enum Kind {
    /** __split_vma() at {@link VmaChange#at}, with the new VMA below. */
    SPLIT_BELOW,
    /** __split_vma() at {@link VmaChange#at}, with the new VMA above. */
    SPLIT_ABOVE,
    /** vma_start_write() on the VMA at {@link VmaChange#at}, before its flags or the like change. */
    WRITE,
    /** A new VMA in a range that is empty. */
    MAP,
    /** A range is unmapped. */
    UNMAP,
    /** The VMA at {@link VmaChange#at} loses a range at its begin or end. */
    SHRINK,
    /** A range is gathered, and the next change replaces it. */
    REPLACE,
    /** The VMA at {@link VmaChange#at} takes a range too, also from others. */
    EXTEND
  }

  /** Whether its range is mapped after it. */
  public boolean maps() {
    return kind == Kind.MAP || kind == Kind.EXTEND;
  }
}
