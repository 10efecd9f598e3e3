package io.vmatrace.checker.evidence;

import io.vmatrace.parser.input.CaptureFacts;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The CPUs that a recording was told to record, as its command line has them: {@code perf record -a -C 0,2-3}. */
public final class GivenCpus {
  private static final int MOST_CPUS = 1 << 15;

  private GivenCpus() {}

  /** The list of CPUs, where it leaves some of the machine's out; else null. */
  public static @Nullable String leavingOutOthers(CaptureFacts facts) {
    String command = facts.details().get("command");
    String list = command == null ? null : list(List.of(command.split(" ", -1)));
    return list != null && facts.cpus() > 0 && count(list) < facts.cpus() ? list : null;
  }

  /** What follows the first -C that has a list; perf's own options stand before the program that it recorded. */
  private static @Nullable String list(List<String> words) {
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      String value = null;
      if ((word.equals("-C") || word.equals("--cpu")) && i + 1 < words.size()) {
        value = words.get(i + 1);
      } else if (word.startsWith("--cpu=")) {
        value = word.substring("--cpu=".length());
      } else if (word.startsWith("-C")) {
        value = word.substring("-C".length());
      }
      if (value != null && isList(value)) {
        return value;
      }
    }
    return null;
  }

  private static boolean isList(String text) {
    return !text.isEmpty() && Character.isDigit(text.charAt(0)) && text.chars().allMatch(c -> c >= '0' && c <= '9' || c == ',' || c == '-');
  }

  private static int count(String list) {
    BitSet cpus = new BitSet();
    for (String part : list.split(",", -1)) {
      int dash = part.indexOf('-');
      int first = number(dash < 0 ? part : part.substring(0, dash));
      int last = dash < 0 ? first : number(part.substring(dash + 1));
      if (first >= 0 && last >= first) {
        cpus.set(first, last + 1);
      }
    }
    return cpus.cardinality();
  }

  private static int number(String digits) {
    return digits.isEmpty() || digits.length() > 5 ? -1 : Math.min(Integer.parseInt(digits), MOST_CPUS);
  }
}
