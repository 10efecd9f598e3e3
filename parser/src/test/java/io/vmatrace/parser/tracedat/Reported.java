package io.vmatrace.parser.tracedat;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A line of {@code trace-cmd report -R -t}: {@code workload-145 [001] 7.526518297: mmap_lock_start_locking: mm=0xff17556e8495ce00
 * memcg_id=1 write=1}, read slowly.
 */
record Reported(String comm, int task, int cpu, long time, String name, String values) {
  private static final Pattern LINE = Pattern.compile(" *(?<comm>.+)-(?<pid>\\d+) +\\[(?<cpu>\\d+)\\] .*?(?<s>\\d+)\\.(?<ns>\\d{9}): (?<name>\\S+): *(?<values>.*)");

  static List<Reported> all(Stream<String> lines) {
    return lines.map(LINE::matcher).filter(Matcher::matches).map(Reported::of).toList();
  }

  private static Reported of(Matcher m) {
    return new Reported(
        m.group("comm"),
        Integer.parseInt(m.group("pid")),
        Integer.parseInt(m.group("cpu")),
        Long.parseLong(m.group("s")) * 1_000_000_000 + Long.parseLong(m.group("ns")),
        m.group("name"),
        m.group("values"));
  }

  /** The value of a field as this line has it, in the type of what the file has; null when it is not there. */
  @Nullable Object value(String field, Object like, Iterable<String> fields) {
    int from = (" " + values).indexOf(" " + field + "=");
    if (from < 0) {
      return null;
    }
    from += field.length() + 1;
    int to = values.length();
    for (String other : fields) {
      int next = values.indexOf(" " + other + "=", from);
      to = next < 0 ? to : Math.min(to, next);
    }
    String text = values.substring(from, to).stripTrailing();
    return like instanceof Long ? number(field, text) : text;
  }

  /** trace-cmd prints the addresses of probes in hexadecimal without 0x. */
  private static Object number(String field, String text) {
    if (text.startsWith("0x")) {
      return Long.parseUnsignedLong(text.substring(2), 16);
    }
    if (field.startsWith("__probe_")) {
      return Long.parseUnsignedLong(text, 16);
    }
    return text.matches("-?\\d+") ? Long.parseLong(text) : text;
  }

  Map<String, Object> identity() {
    return Map.of("name", name, "cpu", cpu, "task", task, "time", time);
  }
}
