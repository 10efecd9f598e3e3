package io.vmatrace.checker.formats;

import java.util.HashMap;
import java.util.Map;

/** Names of captures that a run has once each: readers of a format take equal names for one thing. */
final class DistinctNames {
  private final Map<String, Integer> seen = new HashMap<>();

  /** The name; the second time that a path is given, {@code PATH (2)}. */
  String of(String path) {
    int times = seen.merge(path, 1, Integer::sum);
    return times == 1 ? path : of("%s (%d)".formatted(path, times));
  }
}
