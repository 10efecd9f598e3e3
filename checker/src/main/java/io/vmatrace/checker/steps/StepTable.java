package io.vmatrace.checker.steps;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The programs of the protocol, as resources/protocol/steps.txt has them. */
public final class StepTable {
  /**
   * A line of a program.
   *
   * @param features what a variant must have for it, or with ! must not have
   * @param words the line's words, without those
   * @param number its number in the table, from 1
   */
  record Line(List<String> features, List<String> words, int number) {
    boolean isIn(Set<String> having) {
      return features.stream().allMatch(f -> f.startsWith("!") ? !having.contains(f.substring(1)) : having.contains(f));
    }

    String text() {
      return String.join(" ", words);
    }
  }

  /**
   * A program.
   *
   * @param parameters names that a call replaces
   */
  record Program(String name, List<String> parameters, List<Line> lines) {}

  private final Map<String, Program> programs = new LinkedHashMap<>();

  private StepTable() {}

  /** The table of the project. */
  public static StepTable builtIn() {
    return read(ProtocolText.lines("steps.txt"));
  }

  /** The same table with other programs in place of those of their names, or beside them. */
  public StepTable with(List<String> lines) {
    StepTable table = new StepTable();
    table.programs.putAll(programs);
    table.programs.putAll(read(lines).programs);
    return table;
  }

  /**
   * Reads a table.
   *
   * @throws IllegalArgumentException where a line cannot be read, with its number
   */
  public static StepTable read(List<String> lines) {
    StepTable table = new StepTable();
    Program program = null;
    int number = 0;
    for (String line : lines) {
      number++;
      String said = ProtocolText.withoutComment(line);
      if (said.startsWith("program ")) {
        program = program(said.substring("program ".length()), number);
        table.programs.put(program.name, program);
      } else if (!said.isEmpty() && program != null) {
        program.lines.add(line(said, number));
      } else if (!said.isEmpty()) {
        throw new IllegalArgumentException("line %d: a step outside of a program".formatted(number));
      }
    }
    return table;
  }

  private static Program program(String said, int number) {
    int open = said.indexOf('(');
    int close = said.indexOf(')');
    if (open < 0 || close < open) {
      throw new IllegalArgumentException("line %d: a program is written name(parameters)".formatted(number));
    }
    return new Program(said.substring(0, open), ProtocolText.words(said.substring(open + 1, close)), new ArrayList<>());
  }

  private static Line line(String said, int number) {
    if (!said.startsWith("[")) {
      return new Line(List.of(), ProtocolText.words(said), number);
    }
    int close = said.indexOf(']');
    if (close < 0) {
      throw new IllegalArgumentException("line %d: [ without ]".formatted(number));
    }
    return new Line(ProtocolText.words(said.substring(1, close)), ProtocolText.words(said.substring(close + 1)), number);
  }

  /** A program, or null. */
  @Nullable Program program(String name) {
    return programs.get(name);
  }

  /** Every name that a line has in brackets. */
  public Set<String> features() {
    Set<String> features = new TreeSet<>();
    programs.values().forEach(p -> p.lines.forEach(l -> l.features.forEach(f -> features.add(f.startsWith("!") ? f.substring(1) : f))));
    return features;
  }
}
