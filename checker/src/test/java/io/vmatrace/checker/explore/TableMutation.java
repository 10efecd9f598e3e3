package io.vmatrace.checker.explore;

import io.vmatrace.checker.steps.ProtocolText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A change of the step table that a script makes: two steps in the other order, a check or a call left out, or an order weakened, which lets a step
 * pass the one beside it.
 *
 * @param program the program that is changed
 * @param what the change in words
 * @param lines the whole table, changed
 */
record TableMutation(String program, String what, List<String> lines) {
  /** Steps of one kind that a swap makes no difference to: what a function does to memory that nobody else has. */
  private static final Set<String> LOCAL = Set.of("set", "stable", "init", "plus", "minus", "note", "grant", "ungrant", "list", "list_own", "again_list", "pick", "advance", "left",
      "goto", "no_reader", "detached_and_unused", "in_section", "write_locked", "section_ends", "note_unless_mapped", "still_there", "copied", "no_writable", "keeps_anon", "is_ready",
      "walks_again", "reads", "in_order", "in_range", "passed", "attaches", "mas_reset");

  /**
   * All of them: for each program each two steps beside each other swapped, each check and each call left out, each order weakened.
   *
   * @param features of the variant: other lines of the table are not changed
   */
  static List<TableMutation> all(Set<String> features) {
    List<String> table = ProtocolText.lines("steps.txt");
    List<TableMutation> mutations = new ArrayList<>();
    String program = "";
    int before = -1;
    for (int i = 0; i < table.size(); i++) {
      String line = ProtocolText.withoutComment(table.get(i));
      if (line.startsWith("program ")) {
        program = line.substring("program ".length(), line.indexOf('('));
        before = -1;
      } else if (line.endsWith(":")) {
        before = -1;
      } else if (!line.isEmpty() && isIn(line, features)) {
        String step = step(line);
        String word = ProtocolText.words(step).getFirst();
        if (step.contains(" goto ") && !word.equals("pick") || word.equals("call")) {
          mutations.add(new TableMutation(program, "without: " + step, without(table, i)));
          before = word.equals("call") ? before : -1;
        }
        boolean isStep = !LOCAL.contains(word) && !step.contains(" goto ");
        if (isStep && before >= 0) {
          String earlier = step(ProtocolText.withoutComment(table.get(before)));
          String weak = step.endsWith(" release") ? "without release, so before it: " + step : earlier.endsWith(" acquire") ? "without acquire, so after it: " + earlier : "";
          mutations.add(new TableMutation(program, weak.isEmpty() ? "swapped: " + earlier + " | " + step : weak, swapped(table, before, i)));
        }
        before = isStep ? i : before;
      }
    }
    return mutations;
  }

  private static String step(String line) {
    return line.startsWith("[") ? line.substring(line.indexOf(']') + 1).strip() : line;
  }

  private static boolean isIn(String line, Set<String> features) {
    List<String> asked = line.startsWith("[") ? ProtocolText.words(line.substring(1, line.indexOf(']'))) : List.of();
    return asked.stream().allMatch(f -> f.startsWith("!") ? !features.contains(f.substring(1)) : features.contains(f));
  }

  private static List<String> without(List<String> table, int at) {
    List<String> lines = new ArrayList<>(table);
    lines.set(at, "");
    return lines;
  }

  private static List<String> swapped(List<String> table, int one, int two) {
    String[] lines = table.toArray(new String[0]);
    String line = lines[one];
    lines[one] = lines[two];
    lines[two] = line;
    return Arrays.asList(lines);
  }
}
