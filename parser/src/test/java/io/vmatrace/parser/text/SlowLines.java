package io.vmatrace.parser.text;

import io.vmatrace.parser.ftrace.SlowDecoder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Lines of trace-cmd report and perf script once more, with regular expressions: made into the kernel's own lines, which a slow decoder reads. */
final class SlowLines {
  private static final Pattern TRACE_CMD =
      Pattern.compile("^(.{0,200}?)-(\\d{1,9}) +(?:\\[(\\d{1,9})\\]|(\\d{1,9})[^ \\d]\\S*) *(?:([^ :]{4,6}) +)?(\\d{1,12}(?:\\.\\d{1,9})?): +(?:\\(\\+\\d+\\) +)?(\\w+): *(.*)$");
  private static final Pattern PERF =
      Pattern.compile("^ *(.*?) +(?:\\d+/)?(\\d{1,9}) +\\[(\\d{1,9})\\] +(?:[A-Za-z]{1,6} +)?(\\d{1,12}\\.\\d{1,9}): +(?:\\d+ +)?([A-Za-z_]\\w*):(\\w+): *(.*)$");

  private SlowLines() {}

  static SlowDecoder.@Nullable Decoded traceCmd(String line) {
    Matcher m = TRACE_CMD.matcher(line);
    if (!m.matches()) {
      return null;
    }
    String cpu = m.group(3) == null ? m.group(4) : m.group(3);
    return kernel(m.group(2), cpu, m.group(6), m.group(7), m.group(8));
  }

  static SlowDecoder.@Nullable Decoded perf(String line) {
    Matcher m = PERF.matcher(line);
    return m.matches() ? kernel(m.group(2), m.group(3), m.group(4), m.group(6), m.group(7)) : null;
  }

  private static SlowDecoder.@Nullable Decoded kernel(String pid, String cpu, String time, String name, String text) {
    String values =
        text.replaceFirst("^\\[FAILED TO PARSE\\] ", "")
            .replaceFirst("^__probe_ip=\\w+|^__probe_func=\\w+ __probe_ret_ip=\\w+", "(probe)")
            .replaceFirst("Node:? \\(nil\\)", "Node 0000000000000000")
            .replaceFirst("val \\(nil\\)", "val 0000000000000000")
            .replaceFirst("val 0x", "val ");
    if (values.startsWith("fn=")) {
      return null;
    }
    return SlowDecoder.decode("%16s-%-7s [%s] ..... %s: %s: %s".formatted("comm", pid, cpu, time, name, values));
  }
}
