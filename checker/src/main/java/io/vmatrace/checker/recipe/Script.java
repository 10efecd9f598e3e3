package io.vmatrace.checker.recipe;

import java.util.ArrayList;
import java.util.List;

/** Advice as lines of POSIX shell, ready to paste: lines fit the page, comments name the rules that each part serves. */
public final class Script {
  /** Words without letters that a shell interprets. */
  private static final String PLAIN = "[A-Za-z0-9_@%+=:,./-]+";

  /** Ends a part of a word in quotes: the shell takes what begins the next line for the rest of the word. */
  private static final String ENDS = "'\\";

  /** A part of a word has so many letters at least, with the quote. */
  private static final int LEAST = 2;

  private final List<String> lines = new ArrayList<>();

  private final int columns;

  private Script(int columns) {
    this.columns = columns;
  }

  /**
   * The lines of steps, one after another.
   *
   * @param columns how wide they may be, where their words without quotes are not wider
   */
  public static List<String> lines(List<Advice.Step> steps, int columns) {
    Script script = new Script(columns);
    script.lines.add("cd /sys/kernel/tracing");
    steps.forEach(script::step);
    return script.lines;
  }

  private void step(Advice.Step step) {
    List<String> words = new ArrayList<>(List.of((step.why() + (step.rules().isEmpty() ? "" : ":")).split(" ", -1)));
    words.addAll(step.rules());
    wrapped("# ", "#   ", "", words);
    if (!step.probes().isEmpty()) {
      lines.add("p() { echo \"$*\" >> dynamic_events; }");
      step.values().forEach((name, value) -> wrapped(name + "='", "  ", "", List.of((value + "'").split(" ", -1))));
      for (String probe : step.probes()) {
        List<String> quoted = new ArrayList<>();
        for (String word : probe.split(" ", -1)) {
          boolean plain = word.matches(PLAIN) || step.values().containsKey(word.substring(1)) && word.startsWith("$");
          quoted.add(plain ? word : "'" + word + "'");
        }
        wrapped("p ", "  ", " \\", quoted);
      }
    }
    for (String line : step.lines()) {
      boolean comment = line.startsWith("# ");
      boolean quoted = line.indexOf('\'') >= 0 || line.indexOf('"') >= 0;
      wrapped("", comment ? "#   " : "  ", comment ? "" : " \\", quoted ? List.of(line) : List.of(line.split(" ", -1)));
    }
  }

  /** Words put in lines, each but the last of which ends in {@code join}. */
  private void wrapped(String first, String then, String join, List<String> words) {
    StringBuilder line = new StringBuilder(first);
    boolean fresh = true;
    for (String word : words) {
      if (!fresh && line.length() + 1 + word.length() + join.length() > columns) {
        lines.add(line + join);
        line = new StringBuilder(then);
        fresh = true;
      }
      String rest = word;
      while (line.length() + rest.length() + join.length() > columns && rest.startsWith("'") && !join.isEmpty()) {
        int cut = cut(rest, columns - line.length() - ENDS.length());
        lines.add(line + rest.substring(0, cut) + ENDS);
        line = new StringBuilder();
        rest = "'" + rest.substring(cut);
      }
      line.append(fresh || line.isEmpty() ? "" : " ").append(rest);
      fresh = false;
    }
    lines.add(line.toString());
  }

  /** Where to cut a word in quotes of which so many letters have room: after a member or an arrow, if there is one. */
  private static int cut(String word, int room) {
    int most = Math.max(LEAST, Math.min(room, word.length() - LEAST));
    int name = Math.max(word.lastIndexOf('.', most - 1), word.lastIndexOf('>', most - 1));
    return name < LEAST ? most : name + 1;
  }
}
