package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.bytes.Ascii;
import io.vmatrace.parser.bytes.ByteScan;
import io.vmatrace.parser.text.LineHead;

/**
 * The part of a line before the event: task, CPU, flags and time. A cursor that is reused for every line; {@link #read} says
 * whether the line has such a part, and the fields are valid until the next call.
 */
final class LinePrefix extends LineHead {
  /** How far {@link #readColumns} may look. */
  static final int COLUMNS_AHEAD = 80;

  private static final int COMM_COLUMNS = 16;
  private static final int LATENCY_COMM_COLUMNS = 8;
  private static final int MOST_DIGITS = 18;
  private static final long MOST_SECONDS = Long.MAX_VALUE / 1_000_000_000 - 1;

  private static final long[] TENS = {
    1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000
  };

  /** Brackets and the spaces around them in the columns 24 to 31. */
  private static final long CPU_FRAME = 0x00ff_ff00_0000_ffffL;

  private static final long CPU_FRAMED = ByteScan.word(" [000] .") & CPU_FRAME;
  private static final long COLON_AND_SPACE = ':' | ' ' << 8;
  private static final long TWO_ZEROS = '0' | '0' << 8;

  private byte[] b = new byte[0];
  private int end;
  private long number;

  private long secondsWord;
  private int secondsWidth;
  private long nanoseconds;
  private final long[] pidWords = new long[1 << 6];
  private final int[] pids = new int[1 << 6];

  boolean read(Layout layout, byte[] bytes, int from, int to) {
    b = bytes;
    end = to;
    commFrom = from;
    return switch (layout) {
      case COMMON -> readAnyColumns(from);
      case LATENCY -> readLatency(from);
      case VERBOSE -> readVerbose(from);
      case TRACE_CMD -> readTraceCmd(from);
    };
  }

  /**
   * The columns as every kernel of our day prints them, at fixed places:
   *
   * <pre>
   * 0               16      24  29     36 37
   *         workload-234     [000] .....    11.612632: event
   * </pre>
   *
   * @param bytes at least {@value #COLUMNS_AHEAD} of them at {@code from}; where the line ends need not be known
   */
  boolean readColumns(byte[] bytes, int from) {
    long cpuColumns = ByteScan.word(bytes, from + 24);
    int dot = from + 42;
    while (bytes[dot] != '.' && dot < from + 50) {
      dot++;
    }
    long fraction = ByteScan.word(bytes, dot + 1);
    long micros = ByteScan.decimal(fraction << 16 | TWO_ZEROS);
    if ((cpuColumns & CPU_FRAME) != CPU_FRAMED || fraction >>> 48 != COLON_AND_SPACE || micros < 0 || bytes[from + 36] != ' ') {
      return false;
    }
    if (bytes[from] != ' ' || bytes[from + 1] == '=' || !ByteScan.isFiveMarks(ByteScan.word(bytes, from + 31))) {
      return false; // a comm has 15 bytes at most, # begins a comment, and " => " a frame of a stack
    }
    b = bytes;
    cpu = cpu(cpuColumns);
    if (!knownSeconds(from + 37, dot) || !knownPid(ByteScan.word(bytes, from + 16), from) || cpu < 0) {
      return false;
    }
    context = bytes[from + 33];
    time = nanoseconds + micros * 1_000;
    inSeconds = true;
    commFrom = from;
    commTo = from + COMM_COLUMNS;
    textFrom = dot + 9;
    return !ByteScan.newlineIn(ByteScan.word(bytes, from), ByteScan.word(bytes, from + 8), ByteScan.word(bytes, from + 29));
  }

  /** The CPU in {@code  [001] .}, or -1. */
  private static int cpu(long columns) {
    int digits = (int) (columns >>> 16 & 0xffffff) ^ 0x303030;
    if (((digits + 0x767676 | digits) & 0x808080) != 0) {
      return -1;
    }
    return (digits & 0xff) * 100 + (digits >>> 8 & 0xff) * 10 + (digits >>> 16);
  }

  /** The seconds before a dot: nearly always the same as on the line before. */
  private boolean knownSeconds(int from, int dot) {
    long word = ByteScan.word(b, dot - 8);
    if (word == secondsWord && dot - from == secondsWidth) {
      return true;
    }
    end = dot;
    int i = number(Ascii.afterSpaces(b, from, dot));
    if (i != dot || dot - from > Long.BYTES || number > MOST_SECONDS) {
      return false;
    }
    nanoseconds = number * 1_000_000_000;
    secondsWord = word;
    secondsWidth = dot - from;
    return true;
  }

  /** The pid in {@code -234    }: one of those that were seen lately. */
  private boolean knownPid(long word, int from) {
    if ((word & 0xff) != '-') {
      return false; // nor is it what an unused slot holds
    }
    int slot = (int) (word * 0x9e3779b97f4a7c15L >>> 58);
    if (pidWords[slot] != word) {
      end = from + 24;
      int after = number(from + 17);
      if (after < 0 || Ascii.afterSpaces(b, after, end) != end) {
        return false;
      }
      pidWords[slot] = word;
      pids[slot] = (int) number;
    }
    pid = pids[slot];
    return true;
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

  /** {@code   v7.dat:         workload-145   [001]     7.526938: (+420)   event}: a file's name and a difference only if asked for. */
  private boolean readTraceCmd(int from) {
    for (int dash = lastDash(from); dash > from; dash = dashBefore(from, dash)) {
      boolean common = readAfterDash(dash);
      if (common || readAfterDashOfLatency(dash)) {
        commFrom = Math.max(from, dash - (common ? COMM_COLUMNS : LATENCY_COMM_COLUMNS));
        commTo = dash;
        textFrom = afterDifference(Ascii.afterSpaces(b, textFrom, end));
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
    pid = (int) number;
    i = number(Ascii.afterSpaces(b, i, end));
    if (i < 0 || i + 2 >= end || b[i] == ' ' || b[i] == '.' && b[i + 1] >= '0' && b[i + 1] <= '9') {
      return false;
    }
    cpu = (int) number;
    context = b[i + 2];
    return timestamp(Ascii.afterSpaces(b, Ascii.indexOf(b, i, end, ' '), end));
  }

  /** The index behind {@code (+420)   }, the option --ts-diff. */
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
