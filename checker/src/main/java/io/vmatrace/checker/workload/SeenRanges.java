package io.vmatrace.checker.workload;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Pages of an mm that were seen mapped at some time, as ranges that do not overlap. */
final class SeenRanges {
  /** Last pages by first ones. */
  private final NavigableMap<Long, Long> ranges = new TreeMap<>();

  void add(long first, long last) {
    long from = first;
    long to = last;
    for (Map.Entry<Long, Long> before = ranges.floorEntry(to); before != null && before.getValue() >= from; before = ranges.floorEntry(to)) {
      from = Math.min(from, before.getKey());
      to = Math.max(to, before.getValue());
      ranges.remove(before.getKey());
    }
    ranges.put(from, to);
  }

  void addAll(SeenRanges others) {
    others.ranges.forEach(this::add);
  }

  /** Whether any of these pages was seen. */
  boolean overlaps(long first, long last) {
    Map.Entry<Long, Long> before = ranges.floorEntry(last);
    return before != null && before.getValue() >= first;
  }
}
