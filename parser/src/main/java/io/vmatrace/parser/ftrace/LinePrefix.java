package io.vmatrace.parser.ftrace;

/**
 * The part of a line before the event: task, CPU, flags and time. A cursor that is reused for every line; {@link #read} says
 * whether the line has such a part, and the fields are valid until the next call.
 */
final class LinePrefix {
  private static final int COMM_COLUMNS = 16;
  private static final int LATENCY_COMM_COLUMNS = 8;
  private static final int MOST_DIGITS = 18;

  private byte[] b = new byte[0];
  private int p;
  private int end;

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
    p = dash + 1;
    if (!digits()) {
      return false;
    }
    pid = (int) number;
    spaces();
    if (p < end && b[p] == '(' && !tgid()) {
      return false;
    }
    if (p >= end || b[p] != '[') {
      return false;
    }
    p++;
    if (!digits() || p >= end || b[p] != ']') {
      return false;
    }
    cpu = (int) number;
    p++;
    return flags() && timestamp();
  }

  private boolean tgid() {
    for (p++; p < end && b[p] != ')'; p++) {
      if (b[p] != ' ' && b[p] != '-' && !isDigit(b[p])) {
        return false;
      }
    }
    p++;
    spaces();
    return true;
  }

  /** Flags are there or not; a timestamp ends in a colon, they do not. */
  private boolean flags() {
    spaces();
    int from = p;
    while (p < end && b[p] != ' ' && b[p] != ':') {
      p++;
    }
    context = '.';
    if (p < end && b[p] == ':') {
      p = from;
      return true;
    }
    int width = p - from;
    if (width < 4 || width > 6) {
      return false;
    }
    context = b[from + 2];
    spaces();
    return true;
  }

  /** {@code 11.612632: }, {@code 200509014723: }. */
  private boolean timestamp() {
    if (!digits()) {
      return false;
    }
    time = number;
    inSeconds = p < end && b[p] == '.';
    if (inSeconds && !fraction()) {
      return false;
    }
    return colon();
  }

  private boolean fraction() {
    p++;
    int from = p;
    if (!digits() || p - from > 9) {
      return false;
    }
    long nanoseconds = number;
    for (int n = p - from; n < 9; n++) {
      nanoseconds *= 10;
    }
    time = time * 1_000_000_000 + nanoseconds;
    return time >= 0;
  }

  /** {@code workload-213       1..... 236952us+: event}. */
  private boolean readLatency(int from) {
    int dash = from + LATENCY_COMM_COLUMNS;
    if (dash >= end || b[dash] != '-') {
      return false;
    }
    commTo = dash;
    p = dash + 1;
    if (!digits()) {
      return false;
    }
    pid = (int) number;
    spaces();
    if (!digits() || p + 2 >= end) {
      return false;
    }
    cpu = (int) number;
    context = b[p + 2];
    while (p < end && b[p] != ' ') {
      p++;
    }
    spaces();
    return latencyTime();
  }

  /** {@code 236952us+: }, or bare ticks. */
  private boolean latencyTime() {
    if (!digits()) {
      return false;
    }
    time = number;
    inSeconds = p + 3 < end && b[p] == 'u' && b[p + 1] == 's';
    if (inSeconds) {
      time *= 1_000;
      p += 3; // "us" and the mark that says how long it took
    }
    return colon();
  }

  /** {@code workload     208   1 0 00000000 00000001 [000101a2] 236.952ms (+0.022ms): event}. */
  private boolean readVerbose(int from) {
    p = from + COMM_COLUMNS;
    commTo = p;
    if (!field()) {
      return false;
    }
    pid = (int) number;
    if (!field()) {
      return false;
    }
    cpu = (int) number;
    if (!field()) {
      return false;
    }
    context = contextOf((int) number);
    int bracket = p;
    while (bracket < end && b[bracket] != '[') {
      bracket++;
    }
    p = bracket + 1;
    return bracket < end && verboseTime();
  }

  /** TRACE_FLAG_HARDIRQ 0x08, TRACE_FLAG_SOFTIRQ 0x10, TRACE_FLAG_NMI 0x40: include/linux/trace_events.h. */
  private static byte contextOf(int flags) {
    return (byte) ((flags & 0x40) != 0 ? 'z' : (flags & 0x08) != 0 ? 'h' : (flags & 0x10) != 0 ? 's' : '.');
  }

  /** The hexadecimal microseconds in brackets, then the same again in milliseconds. */
  private boolean verboseTime() {
    long value = 0;
    int from = p;
    for (int digit; p < end && (digit = hexDigit(b[p])) >= 0; p++) {
      value = value << 4 | digit;
    }
    if (p == from || p >= end || b[p] != ']') {
      return false;
    }
    int dot = p;
    while (dot < end && b[dot] != '(') {
      dot++;
    }
    inSeconds = dot - 4 > p && b[dot - 2] == 's';
    time = inSeconds ? value * 1_000 : value;
    while (dot < end && b[dot] != ')') {
      dot++;
    }
    p = dot + 1;
    return colon();
  }

  private boolean field() {
    spaces();
    return digits() && p < end && b[p] == ' ';
  }

  private boolean colon() {
    if (p >= end || b[p] != ':') {
      return false;
    }
    p++;
    if (p < end && b[p] == ' ') {
      p++;
    }
    textFrom = p;
    return true;
  }

  private long number;

  private boolean digits() {
    int from = p;
    long value = 0;
    for (; p < end && isDigit(b[p]); p++) {
      value = value * 10 + (b[p] - '0');
    }
    number = value;
    return p > from && p - from <= MOST_DIGITS;
  }

  private void spaces() {
    while (p < end && b[p] == ' ') {
      p++;
    }
  }

  /** The last dash before the first colon that could end a timestamp: a comm may hold dashes, brackets and colons itself. */
  private int lastDash(int from) {
    int bound = Math.min(end, from + 128);
    return dashBefore(from, bound);
  }

  private int dashBefore(int from, int bound) {
    for (int i = bound - 1; i > from; i--) {
      if (b[i] == '-') {
        return i;
      }
    }
    return from;
  }

  static boolean isDigit(byte c) {
    return c >= '0' && c <= '9';
  }

  /** The value of a hexadecimal digit, or -1. */
  static int hexDigit(byte c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    int letter = c | 0x20;
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
  }
}
