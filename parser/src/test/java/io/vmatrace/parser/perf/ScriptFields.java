package io.vmatrace.parser.perf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compares the values of an event with those that perf script prints of it by the kernel's print formats. */
final class ScriptFields {
  private static final Pattern PAIR = Pattern.compile("(?<![\\w.])(?<key>\\w+)(?:=|: )(?<value>0x[0-9a-f]+|-?\\d+|true|false)(?![\\w.])");

  /** maple_tree: {@code … (min max) range:index-last piv (piv) val PTR}, include/trace/events/maple_tree.h ma_write. */
  private static final Pattern RANGE = Pattern.compile("\\((?<min>\\d+) (?<max>\\d+)\\) range: ?(?<index>\\d+)-(?<last>\\d+)(?: piv \\((?<piv>\\d+)\\) val (?<val>\\S+))?");

  private static final Pattern SYSCALL_RETURN = Pattern.compile("^(?:NR \\d+ = )?(?<ret>0x[0-9a-f]+|-?\\d+)$");

  /** raw_syscalls: {@code NR 12 (0, c, …)}, {@code NR 12 = 0}. */
  private static final Pattern RAW_SYSCALL = Pattern.compile("^NR (?<id>\\d+) (?:= (?<ret>-?\\d+)|\\()");

  private ScriptFields() {}

  static void assertSame(Event event, String text) {
    Map<String, Object> fields = event.fields();
    int compared = 0;
    Matcher range = RANGE.matcher(text);
    if (range.find()) {
      for (String key : new String[] {"min", "max", "index", "last", "piv", "val"}) {
        if (range.group(key) != null) {
          assertThat(fields.get(key)).as("%s of %s", key, text).isEqualTo(number(range.group(key).replace("(nil)", "0")));
        }
      }
      compared++;
    }
    Matcher pair = PAIR.matcher(text);
    while (pair.find()) {
      Object own = fields.get(pair.group("key"));
      if (own != null) {
        assertThat(own).as("%s of %s", pair.group("key"), text).isEqualTo(number(pair.group("value")));
        compared++;
      }
    }
    Matcher returned = SYSCALL_RETURN.matcher(text);
    if (event.name().startsWith("sys_exit") && returned.find()) {
      assertThat(fields.get("ret")).as(text).isEqualTo(number(returned.group("ret")));
      compared++;
    }
    Matcher raw = RAW_SYSCALL.matcher(text);
    if (raw.find()) {
      assertThat(fields.get("id")).as(text).isEqualTo(number(raw.group("id")));
      if (raw.group("ret") != null) {
        assertThat(fields.get("ret")).as(text).isEqualTo(number(raw.group("ret")));
      }
      compared++;
    }
    if (!fields.isEmpty() && !text.isBlank()) {
      assertThat(compared).as("values compared of %s", text).isPositive();
    }
  }

  private static Object number(String text) {
    return switch (text) {
      case "true" -> 1L;
      case "false" -> 0L;
      default -> text.startsWith("0x") ? Long.parseUnsignedLong(text.substring(2), 16) : Long.parseUnsignedLong(text.startsWith("-") ? text.substring(1) : text) * (text.startsWith("-") ? -1 : 1);
    };
  }
}
