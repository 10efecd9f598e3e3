package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.bytes.Ascii;
import io.vmatrace.parser.event.EventHead;
import io.vmatrace.parser.text.Line;
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
final class GraphLine extends Line {
  /** How wide a column may be. */
  private static final int MOST_COLUMN = 48;

  private static final byte[] MICROSECONDS = " us".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] IRQ = "==========>".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] IRQ_END = "<==========".getBytes(StandardCharsets.US_ASCII);

  /** How deep in calls the line is. */
  int depth;

  /** Whether it has a column that only this tracer prints: without one it could be any text. */
  boolean hasColumn;

  /** Whether an interrupt begins or ends here, and nothing else is said. */
  boolean irqBegins;

  boolean irqEnds;

  /** Whether flags say in what context it ran. */
  boolean hasContext;

  /** Reads the columns of the line that it was moved to; {@link #pid} stays -1 when they do not name the task. */
  void readColumns() {
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
    textFrom = Ascii.afterSpaces(b, i, to);
    depth = textFrom - i >> 1;
  }

  /** {@code    66.094802 |  }, and of wakeup tracers {@code      123 us |  }, which says nothing that is comparable. */
  private int readTime(int at) {
    int digits = Ascii.afterSpaces(b, at, to);
    int dot = Ascii.afterDigits(b, digits, to);
    int space = dot < to && b[dot] == '.' ? Ascii.afterDigits(b, dot + 1, to) : dot;
    boolean relative = space == dot && Ascii.startsWith(b, space, to, MICROSECONDS);
    int bar = relative ? space + 4 : space + 1;
    if (digits == dot || bar >= to || b[bar] != '|' || dot - digits > 12 || !relative && space - dot != 7) {
      return at;
    }
    if (!relative) {
      time = Ascii.decimal(b, digits, dot) * 1_000_000_000 + Ascii.decimal(b, dot + 1, space) * 1_000;
      inSeconds = true;
    }
    hasColumn = true;
    return Math.min(bar + 3, to);
  }

  /** {@code   0) }. */
  private int readCpu(int at) {
    int digits = Ascii.afterSpaces(b, at, to);
    int parenthesis = Ascii.afterDigits(b, digits, to);
    if (digits == parenthesis || parenthesis - digits > 5 || parenthesis >= to || b[parenthesis] != ')') {
      return at;
    }
    cpu = (int) Ascii.decimal(b, digits, parenthesis);
    hasColumn = true;
    return Math.min(parenthesis + 2, to);
  }

  /** {@code  workloa-203   | }: the name is cut to seven bytes, and may hold anything. */
  private int readProc(int at) {
    for (int bar = bar(at); bar < to; bar = bar(bar + 1)) {
      int end = beforeSpaces(at, bar);
      int digits = beforeDigits(at, end);
      if (digits < end && end - digits <= 10 && digits > at && b[digits - 1] == '-' && b[bar - 1] == ' ') {
        pid = (int) Ascii.decimal(b, digits, end);
        commFrom = Ascii.afterSpaces(b, at, digits - 1);
        commTo = digits - 1;
        hasColumn = true;
        return Math.min(bar + 2, to);
      }
      if (bar - at > MOST_COLUMN / 2) {
        break;
      }
    }
    return at;
  }

  /** {@code  ..... | } of latency-format: the same flags as in other lines. */
  private int readFlags(int at) {
    int first = Ascii.afterSpaces(b, at, to);
    int space = Ascii.indexOf(b, first, to, ' ');
    int width = space - first;
    if (width < 4 || width > 6 || space + 1 >= to || b[space + 1] != '|' || first - at > 4) {
      return at;
    }
    context = EventHead.context(b[first + 2], b[first + 3]);
    hasContext = true;
    return Math.min(space + 3, to);
  }

  /** {@code ! 446.457 us  |  }, {@code               |  }, {@code   ==========> |}. */
  private int readDuration(int at) {
    int bar = bar(at);
    if (bar >= to) {
      return at;
    }
    int end = beforeSpaces(at, bar);
    int first = Ascii.afterSpaces(b, at, bar);
    irqBegins = Ascii.startsWith(b, first, end, IRQ);
    irqEnds = Ascii.startsWith(b, first, end, IRQ_END);
    boolean microseconds = end - at >= 3 && b[end - 1] == 's' && b[end - 2] == 'u' && b[end - 3] == ' ';
    if (end > at && !microseconds && !irqBegins && !irqEnds) {
      return at;
    }
    hasColumn = true;
    return Math.min(bar + 3, to);
  }

  private int bar(int at) {
    int end = Math.min(to, at + MOST_COLUMN);
    int bar = Ascii.indexOf(b, at, end, '|');
    return bar == end ? to : bar;
  }

  private int beforeSpaces(int at, int end) {
    int i = end;
    while (i > at && b[i - 1] == ' ') {
      i--;
    }
    return i;
  }

  private int beforeDigits(int at, int end) {
    int i = end;
    while (i > at && Ascii.isDigit(b[i - 1])) {
      i--;
    }
    return i;
  }
}
