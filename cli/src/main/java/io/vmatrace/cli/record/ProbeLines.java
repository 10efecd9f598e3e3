package io.vmatrace.cli.record;

import io.vmatrace.checker.recipe.Probes;
import io.vmatrace.parser.event.Generation;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The lines for dynamic_events that make probes on the VMA lock's functions, as the event rows have them. */
final class ProbeLines {
  /** What stands in the rows for the group. */
  private static final String GROUP = ":vma/";

  /** What only level E2 fetches: the values that rules compare with those that the protocol allows. */
  private static final Set<String> VALUES =
      Set.of("refcnt", "lock_seq", "mm_seq", "detached", "rwsem", "rwsem_count", "orig_lock_seq", "orig_mm_seq", "rem_seq", "ins_refcnt");

  private ProbeLines() {}

  /**
   * The lines for the kernels of a design, best first.
   *
   * @param group the group of the events that they make
   */
  static List<String> of(Generation design, RecordLevel level, String group) {
    return level == RecordLevel.E0
        ? List.of()
        : Probes.all().stream().filter(probe -> probe.designs().contains(design)).map(probe -> line(probe.definition(), design, level, group)).toList();
  }

  private static String line(String definition, Generation design, RecordLevel level, String group) {
    String whole =
        definition.replace("$VP", Probes.preparedValues(design)).replace("$V", Probes.values(design)).replaceFirst(GROUP, ":" + group + "/");
    return Stream.of(whole.split(" ", -1)).filter(word -> level == RecordLevel.E2 || !VALUES.contains(key(word))).collect(Collectors.joining(" "));
  }

  private static String key(String word) {
    int equals = word.indexOf('=');
    return equals < 0 ? "" : word.substring(0, equals);
  }

  /** GROUP/NAME of the event that a line makes. */
  static String event(String line) {
    return line.substring(line.indexOf(':') + 1, line.indexOf(' '));
  }
}
