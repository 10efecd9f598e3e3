package io.vmatrace.checker.explore;

import io.vmatrace.checker.steps.ProtocolText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A small world, as resources/protocol/scenarios.txt has them.
 *
 * @param what what happens in it, in a few words
 * @param mapped the VMAs that are there
 * @param always pages that are mapped at all times, whatever happens
 * @param tasks the operations of each task
 */
public record Scenario(String name, String what, int mms, int pages, int vmas, List<Mapping> mapped, List<Mapping> always, List<List<Operation>> tasks) {
  /** Pages of an mm, the last one inclusive. */
  public record Mapping(int mm, int first, int last) {}

  /** A program of the step table, and what it is about. */
  public record Operation(String program, Mapping range) {}

  public Scenario {
    mapped = List.copyOf(mapped);
    always = List.copyOf(always);
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
      if (line.startsWith("scenario ")) {
        put(draft, scenarios);
        int colon = line.indexOf(':');
        draft = new Draft(line.substring("scenario ".length(), colon < 0 ? line.length() : colon).strip(), colon < 0 ? "" : line.substring(colon + 1).strip());
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
      to.put(draft.name, draft.scenario());
    }
  }

  /** A scenario that is being read. */
  private static final class Draft {
    private final String name;
    private final String what;
    private int mms = 1;
    private int pages = 1;
    private int vmas = 1;
    private final List<Mapping> mapped = new ArrayList<>();
    private final List<Mapping> always = new ArrayList<>();
    private final List<List<Operation>> tasks = new ArrayList<>();

    Draft(String name, String what) {
      this.name = name;
      this.what = what;
    }

    void line(String line) {
      List<String> words = ProtocolText.words(line);
      switch (words.getFirst()) {
        case "mms", "pages", "vmas" -> sizes(words);
        case "map" -> mapped.add(mapping(words, 1));
        case "always" -> always.add(mapping(words, 1));
        case "task" -> tasks.add(operations(line.substring("task".length())));
        default -> throw new IllegalArgumentException("mms, pages, vmas, map, always or task are meant, not " + words.getFirst());
      }
    }

    private void sizes(List<String> words) {
      for (int i = 0; i < words.size(); i += 2) {
        int n = Integer.parseInt(words.get(i + 1));
        switch (words.get(i)) {
          case "mms" -> mms = n;
          case "pages" -> pages = n;
          case "vmas" -> vmas = n;
          default -> throw new IllegalArgumentException(words.get(i));
        }
      }
    }

    private static List<Operation> operations(String text) {
      List<Operation> operations = new ArrayList<>();
      int from = 0;
      while (from <= text.length()) {
        int comma = text.indexOf(',', from);
        int to = comma < 0 ? text.length() : comma;
        List<String> words = ProtocolText.words(text.substring(from, to));
        operations.add(new Operation(words.get(0), mapping(words, 1)));
        from = to + 1;
      }
      return operations;
    }

    private static Mapping mapping(List<String> words, int from) {
      return new Mapping(Integer.parseInt(words.get(from).substring("mm".length())), Integer.parseInt(words.get(from + 1)), Integer.parseInt(words.get(from + 2)));
    }

    Scenario scenario() {
      return new Scenario(name, what, mms, pages, vmas, mapped, always, tasks);
    }
  }
}
