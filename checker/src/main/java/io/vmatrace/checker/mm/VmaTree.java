package io.vmatrace.checker.mm;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of mm->mm_mt: which VMA each range holds. A range with no VMA is a known gap; what no range covers is unknown, and
 * so is everything in the tree of an mm that was met in the middle of its life.
 */
public interface VmaTree {
  /** One stored range. */
  interface Range {
    long first();

    /** Its last byte, which is in it. */
    long last();

    /** The VMA there, or null where nothing is. */
    @Nullable VmaState vma();

    /** Where in the capture it was stored. */
    long storedAt();

    /** Whether its VMA was stored there before the one that has its address now was allocated: then it is gone, and its end was not seen. */
    default boolean isOfOneBefore() {
      VmaState vma = vma();
      return vma != null && vma.allocated().known() && storedAt() < vma.allocated().at();
    }

    /** Whether its VMA has been there since before a moment. */
    default boolean isThereSince(Moment moment) {
      return storedAt() < moment.at() && !isOfOneBefore();
    }
  }

  /** The range that holds an address, or null when what is there is not known. */
  @Tells(Fact.IN_TREE)
  @Nullable Range find(long address);

  /** The known ranges that overlap another one, lowest first, as they are now. */
  @Tells(Fact.IN_TREE)
  List<? extends Range> within(PageRange range);

  /** Has every VMA that leaves its last range added to a list from now on; it may be back in another by the time it is looked at. */
  void watch(List<VmaState> list);
}
