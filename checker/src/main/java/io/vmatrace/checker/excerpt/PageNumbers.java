package io.vmatrace.checker.excerpt;

import io.vmatrace.checker.mm.PageRange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/** Addresses as few pages: what no range begins or ends in is one page, and so is a hole between two ranges. */
final class PageNumbers {
  /** Pieces that no range begins or ends in, lowest first; a hole is one too. */
  private final List<PageRange> pieces = new ArrayList<>();

  /**
   * Numbers the pages of some ranges.
   *
   * @param whole ranges whose ends are told apart
   * @param inside ranges of which it matters only in which of those they are
   */
  PageNumbers(Collection<PageRange> whole, Collection<PageRange> inside) {
    List<PageRange> all = new ArrayList<>(whole);
    inside.stream().filter(range -> whole.stream().noneMatch(of -> of.overlaps(range))).forEach(all::add);
    NavigableSet<Long> ends = new TreeSet<>(Long::compareUnsigned);
    for (PageRange range : all) {
      ends.add(range.first());
      ends.add(range.last() + 1);
    }
    Long from = ends.isEmpty() ? null : ends.pollFirst();
    for (Long to : ends) {
      pieces.add(new PageRange(from == null ? 0 : from, to - 1));
      from = to;
    }
  }

  int count() {
    return pieces.size();
  }

  /** The first page of a range. */
  int first(PageRange range) {
    for (int i = 0; i < pieces.size(); i++) {
      if (pieces.get(i).overlaps(range)) {
        return i;
      }
    }
    throw new IllegalArgumentException("no page is of " + range);
  }

  /** The last page of a range. */
  int last(PageRange range) {
    int last = first(range);
    while (last + 1 < pieces.size() && pieces.get(last + 1).overlaps(range)) {
      last++;
    }
    return last;
  }
}
