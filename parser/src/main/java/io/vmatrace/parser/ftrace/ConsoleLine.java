package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.bytes.Ascii;
import io.vmatrace.parser.text.Line;
import java.nio.charset.StandardCharsets;

/**
 * The message in a line of a kernel log, without what the ways of the log put around it: [from, to) is the message.
 *
 * <pre>
 * Nov 24 22:21:50 box kernel: [   99.057804][ T6051] message      syslog
 * &lt;4&gt;[   99.057804][    C0] message                              raw level, pstore
 * kern  :warn  : [   99.057804] message                          dmesg -x
 * [Tue Nov 24 22:21:50 2026] message                             dmesg -T
 * </pre>
 *
 * Stamps and caller ids: kernel/printk/printk.c print_time(), print_caller() (5.1 on).
 */
final class ConsoleLine extends Line {
  /** The longest syslog prefix: date, host name, tag. */
  private static final int SYSLOG_AHEAD = 120;

  private static final byte[] KERNEL = ascii(" kernel: ");
  private static final byte[] KERN = ascii("kern");

  /** Whether the kernel's own stamp was there. */
  boolean stamped;

  /** Finds the message of the line in [lineFrom, lineTo), which has no newline; the next line begins at {@code next}. */
  void read(byte[] bytes, int lineFrom, int lineTo, int next) {
    move(bytes, lineFrom, lineTo, next);
    stamped = false;
    while (to > lineFrom && b[to - 1] == '\r') {
      to--;
    }
    while (from < to && b[from] == '\r') {
      from++;
    }
    syslog();
    level();
    stamp();
    offset = from;
  }

  /** Whether the message begins so. */
  boolean starts(byte[] with) {
    return Ascii.startsWith(b, from, to, with);
  }

  /** The message, at most {@code most} bytes of it. */
  String text(int most) {
    return new String(b, from, Math.min(to - from, most), StandardCharsets.UTF_8);
  }

  boolean isBlank() {
    return Ascii.afterSpaces(b, from, to) == to;
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private void syslog() {
    if (from + KERNEL.length >= to || !looksLikeDate()) {
      return;
    }
    int last = Math.min(to - KERNEL.length, from + SYSLOG_AHEAD);
    for (int i = from; i <= last; i++) {
      if (b[i] == ' ' && Ascii.startsWith(b, i, to, KERNEL)) {
        from = i + KERNEL.length;
        return;
      }
    }
  }

  /** {@code Nov 24 } or {@code 2026-11-24T}. */
  private boolean looksLikeDate() {
    if (Ascii.isDigit(b[from])) {
      return to - from > 11 && b[from + 4] == '-' && b[from + 7] == '-';
    }
    return b[from] >= 'A' && b[from] <= 'Z' && b[from + 3] == ' ' && (b[from + 4] == ' ' || Ascii.isDigit(b[from + 4])) && Ascii.isDigit(b[from + 5]);
  }

  /** {@code <4>}, or {@code kern  :warn  : }. */
  private void level() {
    if (from < to && b[from] == '<') {
      int i = Ascii.afterDigits(b, from + 1, to);
      if (i > from + 1 && i < to && b[i] == '>') {
        from = i + 1;
      }
    } else if (starts(KERN)) {
      int first = Ascii.afterSpaces(b, from + KERN.length, to);
      int second = first < to && b[first] == ':' ? Ascii.indexOf(b, first + 1, to, ':') : to;
      if (second + 1 < to && second - first <= 8 && b[second + 1] == ' ') {
        from = second + 2;
      }
    }
  }

  /** The stamp, a caller id after it, and one space: what comes after that is the message's own. */
  private void stamp() {
    int i = afterBracket(from);
    if (i < 0) {
      return;
    }
    stamped = true;
    int caller = afterCaller(i);
    from = caller < 0 ? i : caller;
    if (from < to && b[from] == ' ') {
      from++;
    }
  }

  /** The index after {@code [   99.057804]} or {@code [Tue Nov 24 22:21:50 2026]}, or -1. */
  private int afterBracket(int at) {
    if (at >= to || b[at] != '[') {
      return -1;
    }
    int i = Ascii.afterSpaces(b, at + 1, to);
    int seconds = Ascii.afterDigits(b, i, to);
    if (seconds > i && seconds < to && b[seconds] == '.') {
      int fraction = Ascii.afterDigits(b, seconds + 1, to);
      return fraction > seconds + 1 && fraction < to && b[fraction] == ']' ? fraction + 1 : -1;
    }
    boolean dated = i + 25 <= to && b[i + 3] == ' ' && b[i + 7] == ' ' && b[i + 13] == ':' && b[i + 16] == ':' && b[i + 24] == ']';
    return dated ? i + 25 : -1;
  }

  /** The index after {@code [    T1]} or {@code [   C0]}, or -1. */
  private int afterCaller(int at) {
    if (at >= to || b[at] != '[') {
      return -1;
    }
    int i = Ascii.afterSpaces(b, at + 1, to);
    if (i >= to || b[i] != 'T' && b[i] != 'C') {
      return -1;
    }
    int end = Ascii.afterDigits(b, i + 1, to);
    return end > i + 1 && end < to && b[end] == ']' ? end + 1 : -1;
  }
}
