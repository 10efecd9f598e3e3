package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.bytes.Ascii;
import java.nio.charset.StandardCharsets;

/**
 * What the kernel, dmesg and journald put before a message. Each method gives the index after what it reads, or -1 when that is not there.
 * Times and callers: kernel/printk/printk.c print_time(), print_caller() (5.1 on); records of /dev/kmsg and of netconsole:
 * info_print_ext_header(); levels by name: dmesg -x of util-linux.
 */
final class KernelStamp {
  private static final byte[][] LEVELS = words("emerg", "alert", "crit", "err", "warn", "notice", "info", "debug");
  private static final byte[] KERNEL = "kernel".getBytes(StandardCharsets.US_ASCII);
  private static final int MOST_DIGITS = 9;
  private static final int RECORD_AHEAD = 96;

  private KernelStamp() {}

  /** {@code [   99.057804]}, {@code [   99.057804 <    0.000001>]}, {@code [  +0.000001]}, {@code [<    0.000001>]}, {@code [Tue Nov 24 22:21:50 2026]}, {@code [Nov24 22:21]}. */
  static int afterTime(byte[] b, int from, int to) {
    if (from >= to || b[from] != '[') {
      return -1;
    }
    int i = Ascii.afterSpaces(b, from + 1, to);
    if (i < to && b[i] == '<') {
      int end = afterSeconds(b, Ascii.afterSpaces(b, i + 1, to), to);
      return end > 0 && end + 1 < to && b[end] == '>' && b[end + 1] == ']' ? end + 2 : -1;
    }
    int end = afterSeconds(b, i < to && b[i] == '+' ? i + 1 : i, to);
    return afterDelta(b, end < 0 ? afterDate(b, from, to) : end, to);
  }

  /** {@code [   99.057804] }. */
  static int afterUptime(byte[] b, int from, int to) {
    int end = afterSeconds(b, Ascii.afterSpaces(b, from + 1, to), to);
    return end > 0 && end + 1 < to && b[end] == ']' && b[end + 1] == ' ' ? end + 1 : -1;
  }

  /** Whether a time, a caller, or a level and a time are at a place. */
  static boolean isAt(byte[] b, int from, int to) {
    int level = afterLevel(b, from, to);
    return level >= 0 && afterTime(b, level, to) >= 0 || afterTime(b, from, to) >= 0 || afterCaller(b, from, to) >= 0;
  }

  /** {@code ]}, or {@code  <    0.000001>]}. */
  private static int afterDelta(byte[] b, int from, int to) {
    if (from < 0 || from >= to || b[from] == ']') {
      return from < 0 || from >= to ? -1 : from + 1;
    }
    int i = from + 2 < to && b[from] == ' ' && b[from + 1] == '<' ? Ascii.afterSpaces(b, from + 2, to) : to;
    int end = i < to ? afterSeconds(b, i, to) : -1;
    return end > 0 && end + 1 < to && b[end] == '>' && b[end + 1] == ']' ? end + 2 : -1;
  }

  /** Seconds with six digits after the dot. */
  private static int afterSeconds(byte[] b, int from, int to) {
    int dot = Ascii.afterDigits(b, from, to);
    int end = dot > from && dot < to && b[dot] == '.' ? Ascii.afterDigits(b, dot + 1, to) : dot;
    return end - dot == 7 ? end : -1;
  }

  /** {@code Tue Nov 24 22:21:50 2026} and {@code Nov24 22:21} after a bracket. */
  private static int afterDate(byte[] b, int at, int to) {
    boolean full = at + 25 < to && b[at + 4] == ' ' && b[at + 8] == ' ' && b[at + 14] == ':' && b[at + 17] == ':' && b[at + 20] == ' ' && Ascii.isDigit(b[at + 24]);
    if (full) {
      return at + 25;
    }
    boolean minute = at + 12 < to && b[at + 1] >= 'A' && b[at + 1] <= 'Z' && Ascii.isDigit(b[at + 5]) && b[at + 6] == ' ' && b[at + 9] == ':' && b[at + 12] == ']';
    return minute ? at + 12 : -1;
  }

  /** {@code [   T801]} or {@code [   C0]}: the task or the CPU that printed. */
  static int afterCaller(byte[] b, int from, int to) {
    int i = from < to && b[from] == '[' ? Ascii.afterSpaces(b, from + 1, to) : to;
    if (i >= to || b[i] != 'T' && b[i] != 'C') {
      return -1;
    }
    int end = Ascii.afterDigits(b, i + 1, to);
    return end > i + 1 && end - i <= MOST_DIGITS + 1 && end < to && b[end] == ']' ? end + 1 : -1;
  }

  /** The number of the caller whose bracket ends at {@code behind}; CPUs are negative. */
  static int caller(byte[] b, int behind) {
    int i = behind - 2;
    int value = 0;
    for (int unit = 1; Ascii.isDigit(b[i]); i--, unit *= 10) {
      value += unit * (b[i] - '0');
    }
    return b[i] == 'C' ? -1 - value : value;
  }

  /** {@code <4>}, or {@code kern  :warn  : }. */
  static int afterLevel(byte[] b, int from, int to) {
    if (from < to && b[from] == '<') {
      int i = Ascii.afterDigits(b, from + 1, to);
      return i > from + 1 && i - from <= 4 && i < to && b[i] == '>' ? i + 1 : -1;
    }
    int facility = afterLetters(b, from, to);
    int colon = facility > from ? Ascii.afterSpaces(b, facility, to) : to;
    if (colon >= to || b[colon] != ':' || colon - from > 10) {
      return -1;
    }
    int level = afterLetters(b, colon + 1, to);
    int second = Ascii.afterSpaces(b, level, to);
    boolean named = second + 1 < to && b[second] == ':' && b[second + 1] == ' ' && isLevel(b, colon + 1, level);
    return named ? second + 2 : -1;
  }

  private static boolean isLevel(byte[] b, int from, int to) {
    for (byte[] level : LEVELS) {
      if (to - from == level.length && Ascii.startsWith(b, from, to, level)) {
        return true;
      }
    }
    return false;
  }

  private static int afterLetters(byte[] b, int from, int to) {
    int i = from;
    while (i < to && b[i] >= 'a' && b[i] <= 'z') {
      i++;
    }
    return i;
  }

  /** {@code 4,1234,99057804,-;}, {@code 4,1234,99057804,-,caller=T801;}, {@code 6.18.3,4,1234,99057804,-,ncfrag=0/33;}. */
  static int afterRecord(byte[] b, int from, int to) {
    if (from >= to || !Ascii.isDigit(b[from])) {
      return -1;
    }
    int end = Math.min(to, from + RECORD_AHEAD);
    int numbers = 0;
    int i = from;
    for (int begin = from; i < end && b[i] != ';' && b[i] != ' '; i++) {
      if (b[i] == ',') {
        numbers += i > begin && Ascii.afterDigits(b, begin, i) == i ? 1 : 0;
        begin = i + 1;
      }
    }
    return i < end && b[i] == ';' && numbers >= 3 ? i + 1 : -1;
  }

  /** {@code box kernel: }, the tag of the system's log behind a time; with one more word before it where {@code more}. */
  static int afterTag(byte[] b, int from, int to, boolean more) {
    int i = from;
    for (int words = more ? 3 : 2; words > 0 && i < to; words--) {
      int end = Ascii.indexOf(b, i, to, ' ');
      int tag = afterKernel(b, i, end);
      if (tag > 0 && end < to) {
        return end + 1;
      }
      i = Ascii.afterSpaces(b, end, to);
    }
    return -1;
  }

  /** {@code kernel:} and {@code kernel[0]:}, to the end of the word. */
  private static int afterKernel(byte[] b, int from, int end) {
    boolean kernel = Ascii.startsWith(b, from, end, KERNEL) && end > from + KERNEL.length && b[end - 1] == ':';
    return kernel && (end == from + KERNEL.length + 1 || b[from + KERNEL.length] == '[') ? end : -1;
  }

  private static byte[][] words(String... words) {
    byte[][] bytes = new byte[words.length][];
    for (int i = 0; i < words.length; i++) {
      bytes[i] = words[i].getBytes(StandardCharsets.US_ASCII);
    }
    return bytes;
  }
}
