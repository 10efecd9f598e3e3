package io.vmatrace.parser.ftrace;

/**
 * The part of a line before the event: task, CPU, flags and time. A cursor that is reused for every line; {@link #read} says
 * whether the line has such a part, and the fields are valid until the next call.
 */
final class LinePrefix {
  private static final int COMM_COLUMNS = 16;
  private static final int LATENCY_COMM_COLUMNS = 8;
  private static final int MOST_DIGITS = 18;
  private static final long MOST_SECONDS = Long.MAX_VALUE / 1_000_000_000 - 1;

  private static final long[] TENS = {
    1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000
  };

  private byte[] b = new byte[0];
  private int end;
  private long number;

  int commFrom;
  int commTo;
  int pid;
  int cpu;
  byte context;

  /** Nanoseconds, or ticks when {@link #inSeconds} is false. */
  long time;

  boolean inSeconds;

  /** Where the event begins. */
  int textFrom;

  boolean read(Layout layout, byte[] bytes, int from, int to) {
    b = bytes;
    end = to;
    commFrom = from;
    return switch (layout) {
      case COMMON -> readCommon(from);
      case LATENCY -> readLatency(from);
      case VERBOSE -> readVerbose(from);
    };
  }

  private boolean readCommon(int from) {
    return readColumns(from) || readAnyColumns(from);
  }

  /**
   * The columns as every kernel of our day prints them, at fixed places:
   *
   * <pre>
   * 0               16      24  29     36 37
   *         workload-234     [000] .....    11.612632: event
   * </pre>
   */
  private boolean readColumns(int from) {
    byte[] bytes = b;
    if (end - from < 52 || bytes[from + 16] != '-' || bytes[from + 25] != '[' || bytes[from + 29] != ']' || bytes[from + 36] != ' ') {
      return false;
    }
    int afterPid = number(from + 17);
    long task = number;
    int dot = number(Ascii.afterSpaces(bytes, from + 37, end));
    long seconds = number;
    if (afterPid < 0 || bytes[afterPid] != ' ' || dot < 0 || dot >= end - 9 || seconds > MOST_SECONDS) {
      return false;
    }
    int micros = six(bytes, dot + 1);
    cpu = three(bytes, from + 26);
    if (micros < 0 || cpu < 0 || bytes[dot] != '.' || bytes[dot + 7] != ':' || bytes[dot + 8] != ' ') {
      return false;
    }
    pid = (int) task;
    context = bytes[from + 33];
    time = seconds * 1_000_000_000 + micros * 1_000L;
    inSeconds = true;
    commTo = from + COMM_COLUMNS;
    textFrom = dot + 9;
    return true;
  }

  private static int six(byte[] b, int i) {
    int high = three(b, i);
    int low = three(b, i + 3);
    return high < 0 || low < 0 ? -1 : high * 1_000 + low;
  }

  /** The value of three digits, or -1. */
  private static int three(byte[] b, int i) {
    int x = b[i] - '0';
    int y = b[i + 1] - '0';
    int z = b[i + 2] - '0';
    return (x | y | z | 9 - x | 9 - y | 9 - z) < 0 ? -1 : x * 100 + y * 10 + z;
  }

  private boolean readAnyColumns(int from) {
    int dash = from + COMM_COLUMNS;
    if (dash < end && b[dash] == '-' && readAfterDash(dash)) {
      commTo = dash;
      return true; // the comm has at most 15 bytes, so nothing in it can be taken for this dash
    }
    for (dash = lastDash(from); dash > from; dash = dashBefore(from, dash)) {
      if (readAfterDash(dash)) {
        commTo = dash;
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
    pid = (int) number;
    i = Ascii.afterSpaces(b, i, end);
    if (i < end && b[i] == '(') {
      i = afterTgid(i + 1);
    }
    if (i >= end || b[i] != '[') {
      return false;
    }
    i = number(i + 1);
    if (i < 0 || i >= end || b[i] != ']') {
      return false;
    }
    cpu = (int) number;
    return timestamp(afterFlags(i + 1));
  }

  /** The index behind a tgid in parentheses, or {@code end} when it is none. */
  private int afterTgid(int from) {
    int i = from;
    while (i < end && (b[i] == ' ' || b[i] == '-' || Ascii.isDigit(b[i]))) {
      i++;
    }
    return i < end && b[i] == ')' ? Ascii.afterSpaces(b, i + 1, end) : end;
  }

  /** The index behind the flags, if there are any: a timestamp ends in a colon, they do not. */
  private int afterFlags(int from) {
    int first = Ascii.afterSpaces(b, from, end);
    context = '.';
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
    context = b[first + 2];
    return Ascii.afterSpaces(b, i, end);
  }

  /** {@code 11.612632: }, {@code 200509014723: }. */
  private boolean timestamp(int from) {
    int i = number(from);
    if (i < 0) {
      return false;
    }
    time = number;
    inSeconds = i < end && b[i] == '.';
    return colon(inSeconds ? afterFraction(i + 1) : i);
  }

  private int afterFraction(int from) {
    int i = number(from);
    int digits = i - from;
    if (i < 0 || digits > 9 || time > MOST_SECONDS) {
      return end;
    }
    time = time * 1_000_000_000 + number * TENS[9 - digits];
    return i;
  }

  /** {@code workload-213       1..... 236952us+: event}. */
  private boolean readLatency(int from) {
    int dash = from + LATENCY_COMM_COLUMNS;
    int i = dash < end && b[dash] == '-' ? number(dash + 1) : -1;
    if (i < 0) {
      return false;
    }
    commTo = dash;
    pid = (int) number;
    i = number(Ascii.afterSpaces(b, i, end));
    if (i < 0 || i + 2 >= end) {
      return false;
    }
    cpu = (int) number;
    context = b[i + 2];
    return latencyTime(Ascii.afterSpaces(b, Ascii.indexOf(b, i, end, ' '), end));
  }

  /** {@code 236952us+: } with a mark that says how long it took, or bare ticks. */
  private boolean latencyTime(int from) {
    int i = number(from);
    if (i < 0) {
      return false;
    }
    inSeconds = i + 3 < end && b[i] == 'u' && b[i + 1] == 's';
    time = inSeconds ? number * 1_000 : number;
    return colon(inSeconds ? i + 3 : i);
  }

  /** {@code workload     208   1 0 00000000 00000001 [000101a2] 236.952ms (+0.022ms): event}. */
  private boolean readVerbose(int from) {
    commTo = from + COMM_COLUMNS;
    int i = field(commTo);
    pid = (int) number;
    i = i < 0 ? i : field(i);
    cpu = (int) number;
    i = i < 0 ? i : field(i);
    context = contextOf((int) number);
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
    inSeconds = parenthesis - 3 > bracket && b[parenthesis - 2] == 's';
    time = Ascii.hexadecimal(b, from, bracket) * (inSeconds ? 1_000 : 1);
    return colon(Ascii.indexOf(b, parenthesis, end, ')') + 1);
  }

  /** The index behind a number that stands alone, or -1. */
  private int field(int from) {
    int i = number(Ascii.afterSpaces(b, from, end));
    return i >= 0 && i < end && b[i] == ' ' ? i : -1;
  }

  private boolean colon(int i) {
    if (i >= end || b[i] != ':') {
      return false;
    }
    textFrom = i + 1 < end && b[i + 1] == ' ' ? i + 2 : i + 1;
    return true;
  }

  /** Reads a number into {@link #number}; the index behind it, or -1 when there is none that fits. */
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
