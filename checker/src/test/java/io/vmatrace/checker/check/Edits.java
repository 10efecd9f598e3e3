package io.vmatrace.checker.check;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an edit made of a capture.
 *
 * @param original all lines before it
 * @param places the lines (from 1) that are new or changed
 * @param removed the lines that are not there any more as they were
 */
record Edits(List<String> original, Set<Integer> places, List<String> removed) {
  static Edits of(List<String> original, List<String> edited) {
    Map<String, Integer> left = new HashMap<>();
    original.forEach(line -> left.merge(line, 1, Integer::sum));
    Set<Integer> places = new TreeSet<>();
    for (int i = 0; i < edited.size(); i++) {
      if (left.merge(edited.get(i), -1, Integer::sum) < 0) {
        places.add(i + 1);
      }
    }
    return new Edits(original, places, original.stream().filter(line -> left.getOrDefault(line, 0) > 0).distinct().toList());
  }

  boolean isAt(long at) {
    return places.contains((int) at);
  }
}
