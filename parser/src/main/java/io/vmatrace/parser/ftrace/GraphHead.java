package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.bytes.Ascii;
import io.vmatrace.parser.text.LineHead;
import java.nio.charset.StandardCharsets;

/**
 * The columns of a line of function_graph, each of which an option switches (kernel/trace/trace_functions_graph.c
 * print_graph_prologue(), print_graph_duration(), version 7.2):
 *
 * <pre>
 *    66.094802 |   0)  workloa-203   |  ..... | ! 446.457 us  |    } /* exit_mmap *&#47;
 *  abstime         cpu     proc        latency     duration      two spaces for each level, and the function
 * </pre>
 */
final class GraphHead extends LineHead {
  /** How wide a column may be. */
  private static final int MOST_COLUMN = 48;

  private static final byte[] MICROSECONDS = " us".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] IRQ = "==========>".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] IRQ_END = "<==========".getBytes(StandardCharsets.US_ASCII);

  private byte[] b = new byte[0];
  private int end;

  /** How deep in calls the line is. */
  int depth;

  /** Whether it has a column that only this tracer prints: without one it could be any text. */
  boolean hasColumn;

  /** Whether an interrupt begins or ends here, and nothing else is said. */
  boolean irqBegins;

  boolean irqEnds;

  /** Whether flags say in what context it ran. */
  boolean hasContext;

  /** Reads the columns; {@link #pid} stays -1 when they do not name the task. */
  void read(byte[] bytes, int from, int to) {
    b = bytes;
    end = to;
    pid = cpu = -1;
    time = 0;
    context = '.';
    inSeconds = hasColumn = irqBegins = irqEnds = hasContext = false;
    commFrom = commTo = from;
    int i = readTime(from);
    i = readCpu(i);
    i = readProc(i);
    i = readFlags(i);
    i = readDuration(i);
    textFrom = Ascii.afterSpaces(b, i, end);
    depth = textFrom - i >> 1;
  }

  /** {@code    66.094802 |  }, and of wakeup tracers {@code      123 us |  }, which says nothing that is comparable. */
  private int readTime(int from) {
    int digits = Ascii.afterSpaces(b, from, end);
    int dot = Ascii.afterDigits(b, digits, end);
    int space = dot < end && b[dot] == '.' ? Ascii.afterDigits(b, dot + 1, end) : dot;
    boolean relative = space == dot && Ascii.startsWith(b, space, end, MICROSECONDS);
    int bar = relative ? space + 4 : space + 1;
    if (digits == dot || bar >= end || b[bar] != '|' || dot - digits > 12 || !relative && space - dot != 7) {
      return from;
    }
    if (!relative) {
      time = Ascii.decimal(b, digits, dot) * 1_000_000_000 + Ascii.decimal(b, dot + 1, space) * 1_000;
      inSeconds = true;
    }
    hasColumn = true;
    return Math.min(bar + 3, end);
  }

  /** {@code   0) }. */
  private int readCpu(int from) {
    int digits = Ascii.afterSpaces(b, from, end);
    int parenthesis = Ascii.afterDigits(b, digits, end);
    if (digits == parenthesis || parenthesis - digits > 5 || parenthesis >= end || b[parenthesis] != ')') {
      return from;
    }
    cpu = (int) Ascii.decimal(b, digits, parenthesis);
    hasColumn = true;
    return Math.min(parenthesis + 2, end);
  }

  /** {@code  workloa-203   | }: the name is cut to seven bytes, and may hold anything. */
  private int readProc(int from) {
    for (int bar = bar(from); bar < end; bar = bar(bar + 1)) {
      int to = beforeSpaces(from, bar);
      int digits = beforeDigits(from, to);
      if (digits < to && to - digits <= 10 && digits > from && b[digits - 1] == '-' && b[bar - 1] == ' ') {
        pid = (int) Ascii.decimal(b, digits, to);
        commFrom = Ascii.afterSpaces(b, from, digits - 1);
        commTo = digits - 1;
        hasColumn = true;
        return Math.min(bar + 2, end);
      }
      if (bar - from > MOST_COLUMN / 2) {
        break;
      }
    }
    return from;
  }

  /** {@code  ..... | } of latency-format: the same flags as in other lines. */
  private int readFlags(int from) {
    int first = Ascii.afterSpaces(b, from, end);
    int space = Ascii.indexOf(b, first, end, ' ');
    int width = space - first;
    if (width < 4 || width > 6 || space + 1 >= end || b[space + 1] != '|' || first - from > 4) {
      return from;
    }
    context = b[first + 2];
    hasContext = true;
    return Math.min(space + 3, end);
  }

  /** {@code ! 446.457 us  |  }, {@code               |  }, {@code   ==========> |}. */
  private int readDuration(int from) {
    int bar = bar(from);
    if (bar >= end) {
      return from;
    }
    int to = beforeSpaces(from, bar);
    int first = Ascii.afterSpaces(b, from, bar);
    irqBegins = Ascii.startsWith(b, first, to, IRQ);
    irqEnds = Ascii.startsWith(b, first, to, IRQ_END);
    boolean microseconds = to - from >= 3 && b[to - 1] == 's' && b[to - 2] == 'u' && b[to - 3] == ' ';
    if (to > from && !microseconds && !irqBegins && !irqEnds) {
      return from;
    }
    hasColumn = true;
    return Math.min(bar + 3, end);
  }

  private int bar(int from) {
    int to = Math.min(end, from + MOST_COLUMN);
    int bar = Ascii.indexOf(b, from, to, '|');
    return bar == to ? end : bar;
  }

  private int beforeSpaces(int from, int to) {
    int i = to;
    while (i > from && b[i - 1] == ' ') {
      i--;
    }
    return i;
  }

  private int beforeDigits(int from, int to) {
    int i = to;
    while (i > from && Ascii.isDigit(b[i - 1])) {
      i--;
    }
    return i;
  }
}
