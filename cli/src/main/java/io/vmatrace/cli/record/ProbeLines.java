package io.vmatrace.cli.record;

import io.vmatrace.checker.recipe.Probes;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.specs.EventKinds;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The lines for dynamic_events that make probes on the VMA lock's functions, as the event rows have them. */
final class ProbeLines {
  /** What stands in the rows for the group. */
  private static final String GROUP = ":vma/";

  private static final Map<String, Integer> REFCNT_MEMBERS =
      Map.of("vm_area_struct.vm_refcnt", 128, "vm_area_struct.vm_lock_seq", 40, "vma_prepare.insert", 40, "vma_prepare.remove", 48);

  /** What only level E2 fetches: the values that rules compare with those that the protocol allows. */
  private static final Set<String> VALUES =
      Set.of("refcnt", "lock_seq", "mm_seq", "detached", "rwsem", "rwsem_count", "orig_lock_seq", "orig_mm_seq", "rem_seq", "ins_refcnt");

  /** What stands in an event probe for the place of a member in its struct. */
  private static final Pattern PLACE = Pattern.compile("\\{([a-z_]+\\.[a-z_]+)}");

  /** Where the lines that name registers look for the members, which is where those of Debian's kernels for x86-64 are. */
  private static final Map<Generation, Map<String, Integer>> BY_REGISTER =
      Map.of(
          Generation.RWSEM, Map.of("vm_area_struct.vm_lock_seq", 44, "vma_prepare.insert", 40, "vma_prepare.remove", 48),
          Generation.REFCOUNT, REFCNT_MEMBERS,
          Generation.EXCLUDE_READERS, REFCNT_MEMBERS);

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

  /**
   * The lines for a kernel without probes on functions: what lies behind the pointers of its events.
   *
   * @param places of the members of structs, by {@code struct.member}
   */
  static List<String> atEvents(Map<String, Integer> places, String group) {
    return EventKinds.all().stream()
        .map(EventKind::eventProbe)
        .filter(line -> !line.isEmpty() && places.keySet().containsAll(members(line)))
        .map(line -> PLACE.matcher(line).replaceAll(member -> String.valueOf(places.get(member.group(1)))).replaceFirst(GROUP, ":" + group + "/"))
        .toList();
  }

  /** The structs of which the lines have to know the places of members. */
  static Set<String> structs() {
    Stream<String> atEvents = EventKinds.all().stream().flatMap(kind -> members(kind.eventProbe()).stream());
    Stream<String> byRegister = BY_REGISTER.values().stream().flatMap(members -> members.keySet().stream());
    return Stream.concat(atEvents, byRegister).map(member -> member.substring(0, member.indexOf('.'))).collect(Collectors.toSet());
  }

  private static Set<String> members(String line) {
    return PLACE.matcher(line).results().map(member -> member.group(1)).collect(Collectors.toSet());
  }

  /** Whether a line would read other members than it says, where the kernel tells its places. */
  static boolean isAstray(String line, Generation design, Map<String, Integer> places) {
    return !places.isEmpty() && line.contains(" insert=") && !places.entrySet().containsAll(BY_REGISTER.getOrDefault(design, Map.of()).entrySet());
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
