package io.vmatrace.checker.events;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Names with {@code *} and {@code ?}, of which one must match; those that begin with {@code !} must not. */
final class NamePatterns {
  /** Names whose answer is remembered: events have few, but a damaged capture may have any number. */
  private static final int MOST_REMEMBERED = 4096;

  /** Something that goes by two names. */
  private record Names(String one, String other) {}

  private final List<Pattern> wanted = new ArrayList<>();
  private final List<Pattern> unwanted = new ArrayList<>();
  private final Map<Names, Boolean> remembered = new HashMap<>();

  NamePatterns(List<String> patterns) {
    for (String pattern : patterns) {
      boolean not = pattern.startsWith("!");
      (not ? unwanted : wanted).add(compile(not ? pattern.substring(1) : pattern));
    }
  }

  boolean isEmpty() {
    return wanted.isEmpty() && unwanted.isEmpty();
  }

  /** Whether something that goes by both names is wanted. */
  boolean accept(String name, String otherName) {
    Names names = new Names(name, otherName);
    Boolean known = remembered.get(names);
    if (known == null) {
      known = decide(name, otherName);
      if (remembered.size() < MOST_REMEMBERED) {
        remembered.put(names, known);
      }
    }
    return known;
  }

  /** The names that it was asked about, sorted. */
  List<String> seen() {
    return remembered.keySet().stream().flatMap(names -> Stream.of(names.one(), names.other())).distinct().sorted().toList();
  }

  private boolean decide(String name, String otherName) {
    return (wanted.isEmpty() || matches(wanted, name, otherName)) && !matches(unwanted, name, otherName);
  }

  private static boolean matches(List<Pattern> patterns, String name, String otherName) {
    return patterns.stream().anyMatch(p -> p.matcher(name).matches() || p.matcher(otherName).matches());
  }

  private static Pattern compile(String glob) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      regex.append(
          switch (c) {
            case '*' -> ".*";
            case '?' -> ".";
            default -> Pattern.quote(String.valueOf(c));
          });
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }
}
