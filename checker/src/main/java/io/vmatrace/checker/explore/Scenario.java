package io.vmatrace.checker.explore;

import io.vmatrace.checker.steps.Assembler;
import io.vmatrace.checker.steps.ProtocolText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A small world to explore.
 *
 * @param name its name
 * @param group the name of the pairs that it is of, or its own
 * @param what what happens in it, in a few words
 * @param mms how many mms there are
 * @param pages how many pages each of them has
 * @param vmas how many VMAs there may be
 * @param features what it has beside the design's, for lines of the step table
 * @param mapped what is mapped at first
 * @param always pages that are mapped at all times
 * @param together pages that leave the tree together
 * @param tasks the operations of each task
 */
public record Scenario(
    String name, String group, String what, int mms, int pages, int vmas, Set<String> features, List<Mapping> mapped, List<Mapping> always, List<Mapping> together, List<List<Assembler.Operation>> tasks) {
  /**
   * Pages of an mm, the last one inclusive.
   *
   * @param how readonly, bare (it has no anon_vma), dontcopy, uffd (registered), present (its pages are there)
   */
  public record Mapping(int mm, int first, int last, Set<String> how) {
    public Mapping {
      how = Set.copyOf(how);
    }
  }

  private static final Set<String> HOW = Set.of("readonly", "bare", "dontcopy", "uffd", "present");

  public Scenario {
    features = Set.copyOf(features);
    mapped = List.copyOf(mapped);
    always = List.copyOf(always);
    together = List.copyOf(together);
    tasks = List.copyOf(tasks);
  }

  /** Those of the project, by name, in the file's order. */
  public static Map<String, Scenario> builtIn() {
    return read(ProtocolText.lines("scenarios.txt"));
  }

  /**
   * Reads scenarios.
   *
   * @throws IllegalArgumentException where a line cannot be read, with its number
   */
  public static Map<String, Scenario> read(List<String> lines) {
    Map<String, Scenario> scenarios = new LinkedHashMap<>();
    Draft draft = null;
    for (int i = 0; i < lines.size(); i++) {
      String line = ProtocolText.withoutComment(lines.get(i));
      if (line.startsWith("scenario ") || line.startsWith("pairs ")) {
        put(draft, scenarios);
        int colon = line.indexOf(':');
        String name = line.substring(line.indexOf(' '), colon < 0 ? line.length() : colon).strip();
        draft = new Draft(name, colon < 0 ? "" : line.substring(colon + 1).strip(), line.startsWith("pairs "));
      } else if (!line.isEmpty()) {
        try {
          if (draft == null) {
            throw new IllegalArgumentException("it belongs to no scenario");
          }
          draft.line(line);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
          throw new IllegalArgumentException("line %d cannot be read: %s".formatted(i + 1, e.getMessage()), e);
        }
      }
    }
    put(draft, scenarios);
    return scenarios;
  }

  private static void put(@Nullable Draft draft, Map<String, Scenario> to) {
    if (draft != null) {
      draft.check();
      for (Scenario scenario : draft.scenarios()) {
        if (to.put(scenario.name(), scenario) != null) {
          throw new IllegalArgumentException("two scenarios are called " + scenario.name());
        }
      }
    }
  }

  /** A scenario that is being read. */
  private static final class Draft {
    private final String name;
    private final String what;
    private final boolean isPairs;
    private int mms = 1;
    private int pages = 1;
    private int vmas = 1;
    private final List<Mapping> mapped = new ArrayList<>();
    private final List<Mapping> always = new ArrayList<>();
    private final List<Mapping> together = new ArrayList<>();
    private final List<List<Assembler.Operation>> tasks = new ArrayList<>();
    private final Set<String> features = new TreeSet<>();

    Draft(String name, String what, boolean isPairs) {
      this.name = name;
      this.what = what;
      this.isPairs = isPairs;
    }

    void line(String line) {
      List<String> words = ProtocolText.words(line);
      switch (words.getFirst()) {
        case "mms", "pages", "vmas" -> sizes(words);
        case "with" -> features.addAll(words.subList(1, words.size()));
        case "map" -> mapped.add(mapping(words, 1));
        case "always" -> always.add(mapping(words, 1));
        case "together" -> together.add(mapping(words, 1));
        case "task" -> tasks.add(operations(line.substring("task".length())));
        default -> throw new IllegalArgumentException("mms, pages, vmas, with, map, always, together or task are meant, not " + words.getFirst());
      }
    }

    private void sizes(List<String> words) {
      for (int i = 0; i < words.size(); i += 2) {
        int n = number(words.get(i + 1));
        switch (words.get(i)) {
          case "mms" -> mms = n;
          case "pages" -> pages = n;
          case "vmas" -> vmas = n;
          default -> throw new IllegalArgumentException(words.get(i));
        }
      }
    }

    private static List<Assembler.Operation> operations(String text) {
      List<Assembler.Operation> operations = new ArrayList<>();
      int from = 0;
      while (from <= text.length()) {
        int comma = text.indexOf(',', from);
        int to = comma < 0 ? text.length() : comma;
        List<String> words = ProtocolText.words(text.substring(from, to));
        operations.add(operation(words));
        from = to + 1;
      }
      return operations;
    }

    /** What stands behind the range is a page that something is moved to, or another mm. */
    private static Assembler.Operation operation(List<String> words) {
      if (words.size() < 4 || words.size() > 5) {
        throw new IllegalArgumentException("an operation is a program of the step table, mmN, and its first and last page, such as munmap mm0 0 1, not " + String.join(" ", words));
      }
      Mapping range = mapping(words.subList(0, 4), 1);
      String more = words.size() > 4 ? words.get(4) : "";
      int child = more.startsWith("mm") ? mm(more) : -1;
      int to = more.isEmpty() || child >= 0 ? -1 : number(more);
      return new Assembler.Operation(words.get(0), range.mm(), range.first(), range.last(), to, child);
    }

    private static int mm(String word) {
      if (!word.startsWith("mm")) {
        throw new IllegalArgumentException("an mm is meant, such as mm0, not " + word);
      }
      return number(word.substring("mm".length()));
    }

    private static int number(String word) {
      try {
        return Integer.parseInt(word);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("a number is meant, not " + word, e);
      }
    }

    private static Mapping mapping(List<String> words, int from) {
      if (words.size() < from + 3) {
        throw new IllegalArgumentException("a range is an mm, and its first and last page, such as mm0 0 1, not " + String.join(" ", words.subList(from, words.size())));
      }
      Set<String> how = Set.copyOf(words.subList(from + 3, words.size()));
      if (!HOW.containsAll(how)) {
        throw new IllegalArgumentException("a mapping is %s, not %s".formatted(new TreeSet<>(HOW), how));
      }
      return new Mapping(mm(words.get(from)), number(words.get(from + 1)), number(words.get(from + 2)), how);
    }

    /** Whether all that it is about is there. */
    void check() {
      List<Mapping> ranges = Stream.of(mapped, always, together).flatMap(List::stream).toList();
      for (Mapping range : ranges) {
        check("mm%d %d %d".formatted(range.mm(), range.first(), range.last()), range.mm(), range.first(), range.last());
      }
      for (Assembler.Operation o : tasks.stream().flatMap(List::stream).toList()) {
        String said = "%s mm%d %d %d".formatted(o.program(), o.mm(), o.first(), o.last());
        check(said, o.mm(), o.first(), o.last());
        if (o.to() >= 0) {
          check(said + " " + o.to(), o.mm(), o.to(), o.to() + o.last() - o.first());
        }
        check(said + " mm" + o.child(), Math.max(o.child(), 0), 0, 0);
      }
      for (int one = 0; one < mapped.size(); one++) {
        for (Mapping other : mapped.subList(0, one)) {
          Mapping range = mapped.get(one);
          if (range.mm() == other.mm() && range.first() <= other.last() && other.first() <= range.last()) {
            throw new IllegalArgumentException("%s: two VMAs are mapped at page %d".formatted(name, Math.max(range.first(), other.first())));
          }
        }
      }
      if (mapped.size() > vmas) {
        throw new IllegalArgumentException("%s: %d VMAs are mapped, and there are %d".formatted(name, mapped.size(), vmas));
      }
    }

    private void check(String said, int mm, int first, int last) {
      if (mm < 0 || mm >= mms || first < 0 || first > last || last >= pages) {
        throw new IllegalArgumentException("%s: %s: there are mms 0 to %d with pages 0 to %d, the first one first".formatted(name, said, mms - 1, pages - 1));
      }
    }

    List<Scenario> scenarios() {
      if (!isPairs) {
        return List.of(new Scenario(name, name, what, mms, pages, vmas, features, mapped, always, together, tasks));
      }
      List<Scenario> pairs = new ArrayList<>();
      for (int one = 0; one < tasks.size(); one++) {
        for (int two = one; two < tasks.size(); two++) {
          if (one != two || tasks.get(one).stream().allMatch(o -> o.child() < 0)) { // two forks have two children
            pairs.add(pair(tasks.get(one), tasks.get(two)));
          }
        }
      }
      return pairs;
    }

    /** Two of the tasks; of the mms there are those that they are about. */
    private Scenario pair(List<Assembler.Operation> one, List<Assembler.Operation> two) {
      String names = "%s/%s+%s".formatted(name, words(one), words(two));
      int most = Stream.concat(one.stream(), two.stream()).mapToInt(o -> Math.max(o.mm(), o.child())).max().orElse(0);
      return new Scenario(names, name, "%s, %s at once".formatted(words(one), words(two)), most + 1, pages, vmas, features, mapped, always, together, List.of(one, two));
    }

    private static String words(List<Assembler.Operation> operations) {
      return String.join(",", operations.stream().map(Assembler.Operation::program).toList());
    }
  }
}
