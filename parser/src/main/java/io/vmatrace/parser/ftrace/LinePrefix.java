package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.bytes.Ascii;
import io.vmatrace.parser.event.EventHead;
import io.vmatrace.parser.text.Line;

/** Reads the part of a line before the event, task, CPU, flags and time, in every layout. */
final class LinePrefix {
  private static final int COMM_COLUMNS = 16;
  private static final int LATENCY_COMM_COLUMNS = 8;
  private static final int MOST_DIGITS = 18;
  private static final long MOST_SECONDS = Long.MAX_VALUE / 1_000_000_000 - 1;

  private static final long[] TENS = {
    1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000
  };

  /** In the text of a binary capture that does not say on which CPU an event was. */
  private static final byte[] UNKNOWN_CPU = {'[', '?', '?', '?', ']'};

  private Line line = new Line();
  private byte[] b = line.b;
  private int end;
  private long number;

  /** Reads the head of a line; false when it has none, and is no event. */
  boolean read(Layout layout, Line of) {
    line = of;
    b = of.b;
    end = of.to;
    int from = of.from;
    of.commFrom = from;
    return switch (layout) {
      case COMMON -> readAnyColumns(from);
      case LATENCY -> readLatency(from);
      case VERBOSE -> readVerbose(from);
      case TRACE_CMD -> readTraceCmd(from);
    };
  }

  private boolean readAnyColumns(int from) {
    int dash = from + COMM_COLUMNS;
    if (dash < end && b[dash] == '-' && readAfterDash(dash)) {
      line.commTo = dash;
      return true; // the comm has at most 15 bytes, so nothing in it can be taken for this dash
    }
    for (dash = lastDash(from); dash > from; dash = dashBefore(from, dash)) {
      if (readAfterDash(dash)) {
        line.commTo = dash;
        return true;
      }
    }
    return false;
  }

  /** {@code 234     [000] .....    11.612632: } and with {@code (    228) } before the CPU. */
  private boolean readAfterDash(int dash) {
    int i = number(dash + 1);
    if (i < 0) {
      return false;
    }
    line.pid = (int) number;
    i = Ascii.afterSpaces(b, i, end);
    if (i < end && b[i] == '(') {
      i = afterTgid(i + 1);
    }
    if (i >= end || b[i] != '[') {
      return false;
    }
    if (Ascii.startsWith(b, i, end, UNKNOWN_CPU)) {
      line.cpu = -1;
      return timestamp(afterFlags(i + UNKNOWN_CPU.length));
    }
    i = number(i + 1);
    if (i < 0 || i >= end || b[i] != ']') {
      return false;
    }
    line.cpu = (int) number;
    return timestamp(afterFlags(i + 1));
  }

  /** The index after a tgid in parentheses, or {@code end} when it is none. */
  private int afterTgid(int from) {
    int i = from;
    while (i < end && (b[i] == ' ' || b[i] == '-' || Ascii.isDigit(b[i]))) {
      i++;
    }
    return i < end && b[i] == ')' ? Ascii.afterSpaces(b, i + 1, end) : end;
  }

  /** The index after the flags, if there are any: a timestamp ends in a colon, they do not. */
  private int afterFlags(int from) {
    int first = Ascii.afterSpaces(b, from, end);
    line.context = '.';
    int i = first;
    while (i < end && b[i] != ' ' && b[i] != ':') {
      i++;
    }
    if (i < end && b[i] == ':') {
      return first;
    }
    int width = i - first;
    if (width < 4 || width > 6) {
      return end;
    }
    line.context = EventHead.context(b[first + 2], b[first + 3]);
    return Ascii.afterSpaces(b, i, end);
  }

  /** {@code 11.612632: }, {@code 200509014723: }. */
  private boolean timestamp(int from) {
    int i = number(from);
    if (i < 0) {
      return false;
    }
    line.time = number;
    line.inSeconds = i < end && b[i] == '.';
    return colon(line.inSeconds ? afterFraction(i + 1) : i);
  }

  private int afterFraction(int from) {
    int i = number(from);
    int digits = i - from;
    if (i < 0 || digits > 9 || line.time > MOST_SECONDS) {
      return end;
    }
    line.time = line.time * 1_000_000_000 + number * TENS[9 - digits];
    return i;
  }

  /** {@code   v7.dat:         workload-145   [001]     7.526938: (+420)   event}: a file's name and a difference only if asked for. */
  private boolean readTraceCmd(int from) {
    for (int dash = lastDash(from); dash > from; dash = dashBefore(from, dash)) {
      boolean common = readAfterDash(dash);
      if (common || readAfterDashOfLatency(dash)) {
        line.commFrom = Math.max(from, dash - (common ? COMM_COLUMNS : LATENCY_COMM_COLUMNS));
        line.commTo = dash;
        line.textFrom = afterDifference(Ascii.afterSpaces(b, line.textFrom, end));
        return true;
      }
    }
    return false;
  }

  /** {@code 145     1.....     7.526518: }, and with raw flags {@code 145     1-0x0     7.526518: }. */
  private boolean readAfterDashOfLatency(int dash) {
    int i = number(dash + 1);
    if (i < 0 || i >= end || b[i] != ' ') {
      return false;
    }
    line.pid = (int) number;
    i = number(Ascii.afterSpaces(b, i, end));
    if (i < 0 || i + 3 >= end || b[i] == ' ' || b[i] == '.' && b[i + 1] >= '0' && b[i + 1] <= '9') {
      return false;
    }
    line.cpu = (int) number;
    line.context = EventHead.context(b[i + 2], b[i + 3]);
    return timestamp(Ascii.afterSpaces(b, Ascii.indexOf(b, i, end, ' '), end));
  }

  /** The index after {@code (+420)   }, the option --ts-diff. */
  private int afterDifference(int from) {
    if (from + 1 >= end || b[from] != '(' || b[from + 1] != '+') {
      return from;
    }
    return Ascii.afterSpaces(b, Math.min(Ascii.indexOf(b, from, end, ')') + 1, end), end);
  }

  /** {@code workload-213       1..... 236952us+: event}. */
  private boolean readLatency(int from) {
    int dash = from + LATENCY_COMM_COLUMNS;
    while (dash > from && !(dash < end && b[dash] == '-' && number(dash + 1) >= 0)) {
      dash--; // a log may have taken the blanks before a short comm away
    }
    int i = dash > from ? number(dash + 1) : -1;
    if (i < 0) {
      return false;
    }
    line.commTo = dash;
    line.pid = (int) number;
    i = number(Ascii.afterSpaces(b, i, end));
    if (i < 0 || i + 3 >= end) {
      return false;
    }
    line.cpu = (int) number;
    line.context = EventHead.context(b[i + 2], b[i + 3]);
    return latencyTime(Ascii.afterSpaces(b, Ascii.indexOf(b, i, end, ' '), end));
  }

  /** {@code 236952us+: } with a mark that says how long it took, or bare ticks. */
  private boolean latencyTime(int from) {
    int i = number(from);
    if (i < 0) {
      return false;
    }
    line.inSeconds = i + 3 < end && b[i] == 'u' && b[i + 1] == 's';
    line.time = line.inSeconds ? number * 1_000 : number;
    return colon(line.inSeconds ? i + 3 : i);
  }

  /** {@code workload     208   1 0 00000000 00000001 [000101a2] 236.952ms (+0.022ms): event}. */
  private boolean readVerbose(int from) {
    line.commTo = from + COMM_COLUMNS;
    int i = field(line.commTo);
    line.pid = (int) number;
    i = i < 0 ? i : field(i);
    line.cpu = (int) number;
    i = i < 0 ? i : field(i);
    byte context = contextOf((int) number);
    int preempt = i < 0 ? end : Ascii.afterHexDigits(b, Ascii.afterSpaces(b, i, end), end) - 1;
    line.context = preempt < i || preempt >= end ? context : EventHead.context(context, b[preempt]);
    return i >= 0 && verboseTime(Ascii.indexOf(b, i, end, '[') + 1);
  }

  /** TRACE_FLAG_HARDIRQ 0x08, TRACE_FLAG_SOFTIRQ 0x10, TRACE_FLAG_NMI 0x40: include/linux/trace_events.h. */
  private static byte contextOf(int flags) {
    return (byte) ((flags & 0x40) != 0 ? 'z' : (flags & 0x08) != 0 ? 'h' : (flags & 0x10) != 0 ? 's' : '.');
  }

  /** The hexadecimal microseconds in brackets, then the same again in milliseconds. */
  private boolean verboseTime(int from) {
    int bracket = from < end ? Ascii.afterHexDigits(b, from, end) : end;
    if (bracket >= end || bracket == from || b[bracket] != ']') {
      return false;
    }
    int parenthesis = Ascii.indexOf(b, bracket, end, '(');
    line.inSeconds = parenthesis - 3 > bracket && b[parenthesis - 2] == 's';
    line.time = Ascii.hexadecimal(b, from, bracket) * (line.inSeconds ? 1_000 : 1);
    return colon(Ascii.indexOf(b, parenthesis, end, ')') + 1);
  }

  /** The index after a number that stands alone, or -1. */
  private int field(int from) {
    int i = number(Ascii.afterSpaces(b, from, end));
    return i >= 0 && i < end && b[i] == ' ' ? i : -1;
  }

  private boolean colon(int i) {
    if (i >= end || b[i] != ':') {
      return false;
    }
    line.textFrom = i + 1 < end && b[i + 1] == ' ' ? i + 2 : i + 1;
    return true;
  }

  /** Reads a number into {@link #number}; the index after it, or -1 when there is none that fits. */
  private int number(int from) {
    byte[] bytes = b;
    int to = end;
    long value = 0;
    int i = from;
    for (byte c; i < to && (c = bytes[i]) >= '0' && c <= '9'; i++) {
      value = value * 10 + (c - '0');
    }
    number = value;
    return i > from && i - from <= MOST_DIGITS ? i : -1;
  }

  /** The last dash before the first colon that could end a timestamp: a comm may hold dashes, brackets and colons itself. */
  private int lastDash(int from) {
    return dashBefore(from, Math.min(end, from + 128));
  }

  private int dashBefore(int from, int bound) {
    for (int i = bound - 1; i > from; i--) {
      if (b[i] == '-') {
        return i;
      }
    }
    return from;
  }
}
