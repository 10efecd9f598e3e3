package io.vmatrace.cli;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;

/** Names that somebody may have meant. */
final class Nearest {
  private static final int MOST = 3;

  /** Names of so few letters are like many others. */
  private static final int SHORT = 3;

  /** What has fewer letters is like the beginning of many names. */
  private static final int LONG = 5;

  private Nearest() {}

  /** {@code ; did you mean A or B?}, or nothing when no name is near. */
  static String question(String typed, Collection<String> names) {
    List<String> near = of(typed, names);
    return near.isEmpty() ? "" : "; did you mean %s?".formatted(String.join(" or ", near));
  }

  /** The names that are nearest to what was typed, or else those of which the beginning is, unless they are far from it; at most three. */
  static List<String> of(String typed, Collection<String> names) {
    String wanted = plain(typed);
    List<String> near = within(Math.max(wanted.length() <= SHORT ? 1 : 2, wanted.length() / 3), names, name -> distance(wanted, name));
    return near.isEmpty() && wanted.length() >= LONG ? within(wanted.length() / LONG, names, name -> distanceOfBeginning(wanted, name)) : near;
  }

  private static List<String> within(int far, Collection<String> names, ToIntFunction<String> distance) {
    int nearest = names.stream().mapToInt(name -> distance.applyAsInt(plain(name))).min().orElse(0);
    return nearest > far
        ? List.of()
        : names.stream().distinct().filter(name -> distance.applyAsInt(plain(name)) == nearest).sorted().limit(MOST).toList();
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[-_*?!]", "");
  }

  /** How many letters to put in, take out, change or swap with the next (Damerau and Levenshtein); none where one begins with the other. */
  static int distance(String a, String b) {
    if (Math.min(a.length(), b.length()) >= 3 && (a.startsWith(b) || b.startsWith(a))) {
      return 0;
    }
    return distances(a, b)[b.length()];
  }

  /** The same from the nearest beginning of a name. */
  static int distanceOfBeginning(String a, String name) {
    return Arrays.stream(distances(a, name)).min().orElseThrow();
  }

  /** From a to each beginning of b, the shortest first. */
  private static int[] distances(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int changed = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        d[i][j] = Math.min(changed, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
        if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], 1 + d[i - 2][j - 2]);
        }
      }
    }
    return d[a.length()];
  }
}
