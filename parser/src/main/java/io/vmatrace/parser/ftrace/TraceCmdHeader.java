package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.bytes.Ascii;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.stat.ImportStats;
import io.vmatrace.parser.text.Line;
import io.vmatrace.parser.text.LossMarkers;
import java.nio.charset.StandardCharsets;

/** The lines of trace-cmd report that are no events: {@code cpus=2}, {@code version = 6}, {@code CPU 3 is empty}, and what was dropped. */
final class TraceCmdHeader {
  private static final byte[] CPUS = "cpus=".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] VERSION = "version = ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CPU = "CPU ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] EMPTY = " is empty".getBytes(StandardCharsets.US_ASCII);

  private TraceCmdHeader() {}

  /** Whether a line is one of them, with the name of a file or an instance before it or without. */
  static boolean isHeader(Line line, EventBatch out, ImportStats stats) {
    byte[] b = line.b;
    int to = line.to;
    int text = line.from;
    while (text < to) {
      if (Ascii.startsWith(b, text, to, CPUS)
          || Ascii.startsWith(b, text, to, VERSION)
          || isEmptyCpu(b, text, to)
          || LossMarkers.ofCpu(line, text, out, stats)) {
        return true;
      }
      text = Ascii.afterSpaces(b, Ascii.indexOf(b, text, to, ' '), to);
    }
    return false;
  }

  private static boolean isEmptyCpu(byte[] b, int from, int to) {
    return Ascii.startsWith(b, from, to, CPU)
        && Ascii.startsWith(b, Ascii.afterDigits(b, from + CPU.length, to), to, EMPTY);
  }
}
