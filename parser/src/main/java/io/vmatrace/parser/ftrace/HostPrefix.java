package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.bytes.Ascii;

/**
 * What machines and people put before a line of a kernel's log: times of the host, quote marks of a mail, colours. Each method gives the
 * index after what it reads, or -1 when that is not there.
 *
 * <pre>
 * Nov 24 22:21:50                                            syslog
 * Tue 2026-11-24 22:21:50 CET, 2026-11-24T22:21:50+0100      journalctl -o short-full, -o short-iso
 * 2026-01-05T19:14:20.884362Z 01O, [2026-03-28 22:39:25]     GitLab's and GitHub's jobs, minicom, Jenkins
 * 16:56:35.123, 1764022910.123456                            openQA, journalctl -o short-unix
 * [1.234567 0.000123], 242.5:                                grabserial, a test that counts seconds
 * [2026-03-28 22:39.25]                                      MobaXterm
 * 11-24 22:21:50.123   801   801 W kernel  :                 logcat
 * </pre>
 */
final class HostPrefix {
  private static final byte ESCAPE = 0x1b;
  private static final char BELL = 0x07;

  /** The longest name of a container before a bar. */
  private static final int MOST_NAME = 40;

  /** How far into a line the kernel's stamp may be. */
  private static final int MOST_AHEAD = 72;

  private HostPrefix() {}

  /** The marks of quoting at the beginning of a line, {@code > > }; as far as there are any. */
  static int afterQuotes(byte[] b, int from, int to) {
    int i = from;
    while (i < to && b[i] == '>') {
      i = i + 1 < to && (b[i + 1] == ' ' || b[i + 1] == '\t') ? i + 2 : i + 1;
    }
    return i;
  }

  /**
   * What a terminal does not show: colours, {@code ESC [ 33 m}, and what is meant for other programs, {@code ESC _ bk;t=1764022910 BEL}; as far
   * as there is any.
   */
  static int afterColours(byte[] b, int from, int to) {
    int i = from;
    while (i + 1 < to && b[i] == ESCAPE && (b[i + 1] == '[' || b[i + 1] == '_' || b[i + 1] == ']')) {
      int end = b[i + 1] == '[' ? i + 2 : Ascii.indexOf(b, i, to, BELL);
      while (b[i + 1] == '[' && end < to && isParameter(b[end])) {
        end++;
      }
      if (end >= to) {
        return i;
      }
      i = end + 1;
      while (i < to && b[i] == '\r') { // the shell ends its bracketed paste so before what a command prints
        i++;
      }
    }
    return i;
  }

  /** Of a control sequence, before its last byte: parameters, also a terminal's own ({@code ?2004}), and intermediates (ECMA-48, 5.4). */
  private static boolean isParameter(byte c) {
    return c >= 0x20 && c < 0x40;
  }

  /** Where a text ends without the colours behind it, what clears the rest of a terminal's line ({@code ESC [ K}), and carriage returns before these. */
  static int beforeColours(byte[] b, int from, int to) {
    int end = to;
    while (end - 3 >= from && (b[end - 1] == 'm' || b[end - 1] == 'K')) {
      int i = end - 2;
      while (i > from && (Ascii.isDigit(b[i]) || b[i] == ';')) {
        i--;
      }
      if (i <= from || b[i] != '[' || b[i - 1] != ESCAPE) {
        return end;
      }
      end = i - 1;
      while (end > from && b[end - 1] == '\r') {
        end--;
      }
    }
    return end;
  }

  /** A time of the host, in brackets or not, and the one space after it. */
  static int afterTime(byte[] b, int from, int to) {
    boolean bracket = from < to && b[from] == '[';
    int i = afterMoment(b, bracket ? from + 1 : from, to);
    i = i < 0 && bracket ? afterTwoNumbers(b, from + 1, to) : i;
    if (bracket && (i < 0 || i >= to || b[i] != ']')) {
      return -1;
    }
    i = bracket ? i + 1 : i < 0 ? afterElapsed(b, from, to) : i;
    if (i < 0 || i < to && b[i] != ' ' && b[i] != '\t') {
      return -1;
    }
    boolean dotted = bracket && b[i - 4] == '.' && i + 1 < to && b[i + 1] == ' '; // MobaXterm has two blanks there
    i = Math.min(dotted ? i + 2 : i + 1, to);
    int tag = afterTag(b, i, to);
    return tag < 0 ? afterStream(b, i, to) : tag;
  }

  /**
   * Where the kernel's stamp begins, behind the blanks of an indented mail, behind whatever ends in a time of the host, and seconds behind
   * whatever else, such as the name of a test; else the same index.
   */
  static int beforeStamp(byte[] b, int from, int to) {
    int first = from;
    while (first < to && (b[first] == ' ' || b[first] == '\t')) {
      first++;
    }
    if (first > from && KernelStamp.isAt(b, first, to)) {
      return first;
    }
    if (KernelStamp.isAt(b, from, to)) {
      return from;
    }
    boolean clock = false;
    for (int i = first + 1; i < to && i - first < MOST_AHEAD; i++) {
      clock |= b[i] == ':' && i + 5 < to && b[i + 3] == ':' && Ascii.isDigit(b[i + 1]) && Ascii.isDigit(b[i + 2]) && Ascii.isDigit(b[i + 4]);
      boolean blank = b[i - 1] == ' ';
      boolean numbered = b[i - 1] == ':' && i - 2 >= from && Ascii.isDigit(b[i - 2]); // as grep -n does
      int stamp = b[i] != '[' ? -1 : blank && clock ? KernelStamp.afterTime(b, i, to) : blank || numbered ? KernelStamp.afterUptime(b, i, to) : -1;
      if (stamp >= 0) {
        return i;
      }
    }
    return from;
  }

  /** {@code guest-1  | } before {@code [   99.057001] }, as the logs of containers have it. */
  static int afterContainer(byte[] b, int from, int to) {
    int i = from;
    while (i < to && i - from < MOST_NAME && b[i] != ' ' && b[i] != '|' && b[i] != '[') {
      i++;
    }
    i = Ascii.afterSpaces(b, i, to);
    boolean bar = i > from && i + 2 < to && b[i] == '|' && b[i + 1] == ' ' && b[i - 1] == ' ';
    return bar && b[Ascii.afterSpaces(b, i + 1, to - 1)] == '[' ? Ascii.afterSpaces(b, i + 1, to) : -1;
  }

  /** GitLab's {@code 01O } or {@code 00E+}: the stream that the line was written to. */
  private static int afterStream(byte[] b, int from, int to) {
    boolean stream = from + 3 < to && Ascii.hexDigit(b[from]) >= 0 && Ascii.hexDigit(b[from + 1]) >= 0 && (b[from + 2] == 'O' || b[from + 2] == 'E');
    return stream && (b[from + 3] == ' ' || b[from + 3] == '+') ? from + 4 : from;
  }

  /** {@code 242.5:}, the seconds since something began. */
  private static int afterElapsed(byte[] b, int from, int to) {
    int end = afterNumber(b, from, to);
    return end >= 0 && end + 1 < to && b[end] == ':' && b[end + 1] == ' ' ? end + 1 : -1;
  }

  /** Logcat's {@code   801   801 W kernel  : }: process, thread, level and tag; with {@code -v uid} the user before that, by name. */
  private static int afterTag(byte[] b, int from, int to) {
    int user = Ascii.afterSpaces(b, from, to);
    boolean named = user < to && user > from && b[user] >= 'a' && b[user] <= 'z';
    int pid = named ? Ascii.afterSpaces(b, Ascii.indexOf(b, user, to, ' '), to) : user;
    int tid = Ascii.afterSpaces(b, Ascii.afterDigits(b, pid, to), to);
    int level = Ascii.afterSpaces(b, Ascii.afterDigits(b, tid, to), to);
    boolean there = tid > pid + 1 && level > tid + 1 && level + 1 < to && "VDIWEF".indexOf(b[level]) >= 0 && b[level + 1] == ' ' && Ascii.isDigit(b[pid]) && Ascii.isDigit(b[tid]);
    int colon = there ? Ascii.indexOf(b, level, Math.min(level + MOST_NAME, to), ':') : to;
    return colon + 1 < to && b[colon] == ':' && b[colon + 1] == ' ' ? colon + 2 : -1;
  }

  private static int afterMoment(byte[] b, int from, int to) {
    int i = afterWeekday(b, from, to);
    int date = afterDate(b, i, to);
    if (date >= 0) {
      boolean joined = date < to && (b[date] == 'T' || b[date] == ' ' || b[date] == '_');
      return joined ? afterClock(b, date + 1, to) : -1;
    }
    int month = afterMonth(b, i, to);
    if (month >= 0) {
      int clock = afterClock(b, month, to);
      return clock < 0 ? -1 : afterYear(b, clock, to);
    }
    int clock = afterClock(b, i, to);
    return clock >= 0 ? clock : afterEpoch(b, i, to);
  }

  /** {@code Tue }; else the same index. */
  private static int afterWeekday(byte[] b, int from, int to) {
    return isWord(b, from, to) && from + 4 < to && b[from + 3] == ' ' && afterMonth(b, from + 4, to) + afterDate(b, from + 4, to) > -2 ? from + 4 : from;
  }

  /** {@code 2026-11-24}, {@code 2026/11/24}, and without the year {@code 11-24}. */
  private static int afterDate(byte[] b, int from, int to) {
    int year = Ascii.afterDigits(b, from, to);
    if (year - from != 4 && year - from != 2 || year + 3 > to || b[year] != '-' && b[year] != '/') {
      return -1;
    }
    int second = Ascii.afterDigits(b, year + 1, to);
    if (second - year != 3 || year - from == 2) {
      return second - year == 3 ? second : -1;
    }
    int day = second < to && b[second] == b[year] ? Ascii.afterDigits(b, second + 1, to) : -1;
    return day - second == 3 ? day : -1;
  }

  /** {@code Nov 24 } and {@code Nov  4 }. */
  private static int afterMonth(byte[] b, int from, int to) {
    if (!isWord(b, from, to) || from + 7 > to || b[from + 3] != ' ') {
      return -1;
    }
    int digits = Ascii.afterSpaces(b, from + 3, to);
    int end = Ascii.afterDigits(b, digits, to);
    return end > digits && end - digits <= 2 && digits - from <= 5 && end < to && b[end] == ' ' ? end + 1 : -1;
  }

  /** Three letters, the first a capital. */
  private static boolean isWord(byte[] b, int from, int to) {
    return from + 3 <= to && b[from] >= 'A' && b[from] <= 'Z' && b[from + 1] >= 'a' && b[from + 1] <= 'z' && b[from + 2] >= 'a' && b[from + 2] <= 'z';
  }

  /** {@code 22:21:50}, with a fraction and a zone or without. */
  private static int afterClock(byte[] b, int from, int to) {
    int hour = Ascii.afterDigits(b, from, to);
    int minute = hour < to && hour > from && hour - from <= 2 && b[hour] == ':' ? Ascii.afterDigits(b, hour + 1, to) : hour;
    boolean two = minute < to && minute - hour == 3 && (b[minute] == ':' || b[minute] == '.'); // MobaXterm has a dot
    int second = two ? Ascii.afterDigits(b, minute + 1, to) : minute;
    if (second - minute != 3) {
      return -1;
    }
    int i = second;
    if (i + 1 < to && (b[i] == '.' || b[i] == ',') && Ascii.isDigit(b[i + 1])) {
      i = Ascii.afterDigits(b, i + 1, to);
    }
    return afterZone(b, i, to);
  }

  /** {@code Z}, {@code +0100}, {@code +01:00}, {@code  CET}; else the same index. */
  private static int afterZone(byte[] b, int from, int to) {
    if (from < to && b[from] == 'Z') {
      return from + 1;
    }
    if (from + 5 <= to && (b[from] == '+' || b[from] == '-') && Ascii.isDigit(b[from + 1])) {
      int hours = Ascii.afterDigits(b, from + 1, to);
      return hours < to && b[hours] == ':' ? Ascii.afterDigits(b, hours + 1, to) : hours;
    }
    int end = from + 1;
    while (from < to && b[from] == ' ' && end < to && b[end] >= 'A' && b[end] <= 'Z') {
      end++;
    }
    return end - from >= 4 && end - from <= 5 && end < to && b[end] == ' ' ? end : from;
  }

  /** {@code  2026} behind the time of {@code date}; else the same index. */
  private static int afterYear(byte[] b, int from, int to) {
    int end = from + 1 < to && b[from] == ' ' ? Ascii.afterDigits(b, from + 1, to) : from;
    return end - from == 5 && b[from + 1] == '2' && b[from + 2] == '0' ? end : from;
  }

  /** {@code 1764022910.123456}. */
  private static int afterEpoch(byte[] b, int from, int to) {
    int dot = Ascii.afterDigits(b, from, to);
    int end = dot - from == 10 && dot < to && b[dot] == '.' ? Ascii.afterDigits(b, dot + 1, to) : dot;
    return end - dot > 3 ? end : -1;
  }

  /** {@code 1.234567 0.000123}. */
  private static int afterTwoNumbers(byte[] b, int from, int to) {
    int first = afterNumber(b, Ascii.afterSpaces(b, from, to), to);
    return first >= 0 && first < to && b[first] == ' ' ? afterNumber(b, Ascii.afterSpaces(b, first, to), to) : -1;
  }

  private static int afterNumber(byte[] b, int from, int to) {
    int dot = Ascii.afterDigits(b, from, to);
    int end = dot > from && dot < to && b[dot] == '.' ? Ascii.afterDigits(b, dot + 1, to) : dot;
    return end > dot + 1 ? end : -1;
  }
}
