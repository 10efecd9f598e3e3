package io.vmatrace.parser.text;

import io.vmatrace.parser.bytes.Ascii;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.MarkerEvents;
import io.vmatrace.parser.stat.ImportStats;
import java.nio.charset.StandardCharsets;

/** Lines that say that events are missing. */
public final class LossMarkers {
  private static final byte[] BUFFER_STARTED = bytes("##### CPU ");
  private static final byte[] CPU = bytes("CPU:");
  private static final byte[] LOST = bytes(" [LOST ");
  private static final byte[] DROPPED = bytes(" EVENTS DROPPED]");
  private static final byte[] SOME_DROPPED = bytes(" [EVENTS DROPPED]");
  private static final byte[] SUBBUFFER = bytes(" [SUBBUFFER START]");

  private LossMarkers() {}

  /** {@code ##### CPU 1 buffer started ####} (kernel/trace/trace.c test_cpu_buff_start()): printed only after an overrun. */
  public static boolean bufferStarted(Line line, EventBatch out, ImportStats stats) {
    if (!Ascii.startsWith(line.b, line.from, line.to, BUFFER_STARTED)) {
      return false;
    }
    long cpu = number(line.b, line.from + BUFFER_STARTED.length, line.to);
    out.addMarker(MarkerEvents.BUFFER_STARTED, -1, 0, line.place, line.offset);
    out.put(Field.CPU, cpu);
    stats.lostSome();
    return true;
  }

  /**
   * {@code CPU:1 [LOST 86 EVENTS]}, {@code CPU:1 [LOST EVENTS]} (kernel/trace/trace.c print_trace_line()), {@code CPU:1 [86 EVENTS
   * DROPPED]}, {@code CPU:1 [EVENTS DROPPED]} (trace-cmd's trace-read.c) and {@code CPU:1 [SUBBUFFER START]}, which is no loss.
   *
   * @param from where it begins in the line
   * @return whether it is one of them; the caller counts the line's bytes
   */
  public static boolean ofCpu(Line line, int from, EventBatch out, ImportStats stats) {
    byte[] b = line.b;
    int to = line.to;
    int p = from + CPU.length;
    if (!Ascii.startsWith(b, from, to, CPU) || p >= to || !Ascii.isDigit(b[p])) {
      return false;
    }
    long cpu = number(b, p, to);
    p = Ascii.afterDigits(b, p, to);
    if (Ascii.startsWith(b, p, to, SUBBUFFER)) {
      return true;
    }
    boolean lost = Ascii.startsWith(b, p, to, LOST);
    int digits = p + (lost ? LOST.length : 2);
    if (!lost && !Ascii.startsWith(b, p, to, SOME_DROPPED) && !isDropped(b, p, digits, to)) {
      return false;
    }
    add(cpu, digits < to ? number(b, digits, to) : -1, line, out, stats);
    return true;
  }

  /** Whether a line is {@code CPU:1 [LOST 86 EVENTS]} or {@code CPU:1 [LOST EVENTS]}, as a kernel prints it. */
  public static boolean isLost(Line line) {
    int digits = line.from + CPU.length;
    int p = Ascii.startsWith(line.b, line.from, line.to, CPU) ? Ascii.afterDigits(line.b, digits, line.to) : digits;
    return p > digits && Ascii.startsWith(line.b, p, line.to, LOST);
  }

  /** Adds a marker: {@code count} events of a CPU are lost, -1 when it is unknown how many; the CPU is -1 when it is unknown which. */
  public static void add(long cpu, long count, Line line, EventBatch out, ImportStats stats) {
    out.addMarker(MarkerEvents.LOST_EVENTS, -1, 0, line.place, line.offset);
    out.put(Field.CPU, cpu);
    out.put(Field.COUNT, Math.max(count, 0));
    if (count > 0) {
      stats.lost(count);
    } else {
      stats.lostSome();
    }
  }

  private static boolean isDropped(byte[] b, int bracket, int digits, int to) {
    return digits < to
        && b[bracket] == ' '
        && b[bracket + 1] == '['
        && Ascii.isDigit(b[digits])
        && Ascii.startsWith(b, Ascii.afterDigits(b, digits, to), to, DROPPED);
  }

  /** The number at a place, or -1 when there is none. */
  public static long number(byte[] b, int from, int to) {
    long value = -1;
    for (int p = from; p < to && Ascii.isDigit(b[p]) && value < Integer.MAX_VALUE; p++) {
      value = Math.max(value, 0) * 10 + (b[p] - '0');
    }
    return value;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
