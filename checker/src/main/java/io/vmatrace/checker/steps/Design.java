package io.vmatrace.checker.steps;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A variant of the protocol, with or without mutants, as resources/protocol/variants.txt has them.
 *
 * @param name the variant's, with +M for each mutant
 * @param features what the lines of the step table may ask for
 * @param programs lines of programs that take the place of the table's, or come beside them
 */
public record Design(String name, Set<String> features, List<String> programs) {
  /** What a file of variants says. */
  public record Catalogue(Map<String, Design> variants, Map<String, String> mutants) {
    /** The built-in one. */
    public static Catalogue builtIn() {
      return Design.read(ProtocolText.lines("variants.txt"));
    }

    /** A variant of that name, or null. */
    public @Nullable Design variant(String name) {
      return variants.get(name);
    }
  }

  /** Features that are no line's. */
  private static final Set<String> OF_THE_MACHINE = Set.of("rcu-delay", "no-rcu-delay", "low-limit", "M7");

  public Design {
    features = Set.copyOf(features);
    programs = List.copyOf(programs);
  }

  /** The step table as this design has it. */
  public StepTable table() {
    return programs.isEmpty() ? StepTable.builtIn() : StepTable.builtIn().with(programs);
  }

  /** Whether lines that ask for a feature are there. */
  public boolean has(String feature) {
    return features.contains(feature);
  }

  /**
   * Features that no line asks for, nor the machine: slips of the pen.
   *
   * @param features what a variant or a scenario asks for
   */
  public static Set<String> unknown(Set<String> features, StepTable table) {
    Set<String> unknown = new TreeSet<>(features);
    unknown.removeAll(table.features());
    unknown.removeAll(OF_THE_MACHINE);
    return unknown;
  }

  /** The same with a mutant. */
  public Design with(String mutant) {
    Set<String> more = new TreeSet<>(features);
    more.add(mutant);
    return new Design(name + "+" + mutant, more, programs);
  }

  /**
   * Reads variants and mutants, and after them programs that all of these variants have in place of the table's.
   *
   * @throws IllegalArgumentException where a line cannot be read, with its number
   */
  public static Catalogue read(List<String> lines) {
    Map<String, Design> variants = new LinkedHashMap<>();
    Map<String, String> mutants = new LinkedHashMap<>();
    int programsAt = programsAt(lines);
    List<String> programs = new ArrayList<>(Collections.nCopies(programsAt, "")); // so that lines keep their numbers
    programs.addAll(lines.subList(programsAt, lines.size()));
    for (int i = 0; i < programsAt; i++) {
      String line = ProtocolText.withoutComment(lines.get(i));
      int colon = line.indexOf(':');
      if (line.startsWith("variant ") && colon > 0) {
        String name = line.substring("variant ".length(), colon).strip();
        variants.put(name, new Design(name, Set.copyOf(ProtocolText.words(line.substring(colon + 1))), programsAt < lines.size() ? programs : List.of()));
      } else if (line.startsWith("mutant ") && colon > 0) {
        mutants.put(line.substring("mutant ".length(), colon).strip(), line.substring(colon + 1).strip());
      } else if (!line.isEmpty()) {
        throw new IllegalArgumentException("line %d: neither variant NAME: FEATURES nor mutant NAME: TEXT, nor a program".formatted(i + 1));
      }
    }
    return new Catalogue(variants, mutants);
  }

  private static int programsAt(List<String> lines) {
    int at = 0;
    while (at < lines.size() && !lines.get(at).startsWith("program ")) {
      at++;
    }
    return at;
  }
}
