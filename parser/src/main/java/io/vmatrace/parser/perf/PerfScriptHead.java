package io.vmatrace.parser.perf;

import io.vmatrace.parser.bytes.Ascii;
import io.vmatrace.parser.text.LineHead;
import java.nio.charset.StandardCharsets;

/**
 * The part of a line of perf script before the event's values. Each column may be missing, and a comm may hold anything, so that the
 * line is read from the first thing that is unmistakable, the time or else the event's name, to both sides.
 *
 * <pre>
 *         workload   164/164   [001] K        26.091636425:          1    mmap_lock:mmap_lock_start_locking: mm=0xff…
 * </pre>
 */
final class PerfScriptHead extends LineHead {
  /** How far into a line its event's name may be. */
  private static final int AHEAD = 256;

  private static final int MOST_DIGITS = 18;
  private static final int MOST_MISC = 6;
  private static final long MOST_SECONDS = Long.MAX_VALUE / 1_000_000_000 - 1;
  private static final byte[] RECORD = "PERF_RECORD_".getBytes(StandardCharsets.US_ASCII);

  /** The letters of an event's modifiers ({@code cycles:uppp}): what is made of them only is no tracepoint's name. */
  private static final String MODIFIERS = "ukhGHpPSDIWeb";

  private byte[] b = new byte[0];
  private int lineFrom;
  private int end;

  /** Where the name of a record that is no sample begins, or -1. */
  int record;

  /** Whether the line has a time and an event, or an event with a group. */
  boolean read(byte[] bytes, int from, int to) {
    b = bytes;
    lineFrom = from;
    end = Math.min(to, from + AHEAD);
    context = '.';
    record = -1;
    for (int token = nextToken(from); token < end; token = nextToken(afterToken(token))) {
      if (Ascii.isDigit(b[token]) && readTime(token, afterToken(token)) && readEvent(afterToken(token), to)) {
        readTask(token);
        return true;
      }
    }
    return readWithoutTime(to);
  }

  /** Without a time there is no order but that of each CPU: every event has the same time, so that nobody takes it for one. */
  private boolean readWithoutTime(int to) {
    for (int token = nextToken(lineFrom); token < end; token = nextToken(afterToken(token))) {
      int colon = Ascii.indexOf(b, token, afterToken(token), ':');
      if (colon + 1 < afterToken(token) && readEvent(token, to)) {
        time = 0;
        inSeconds = false;
        readTask(token);
        return true;
      }
    }
    return false;
  }

  /** {@code 26.091636:}. */
  private boolean readTime(int from, int to) {
    int dot = Ascii.afterDigits(b, from, to);
    int colon = dot < to && b[dot] == '.' ? Ascii.afterDigits(b, dot + 1, to) : to;
    int digits = colon - dot - 1;
    if (colon + 1 != to || b[colon] != ':' || digits < 1 || digits > 9 || dot - from > MOST_DIGITS) {
      return false;
    }
    long seconds = Ascii.decimal(b, from, dot);
    long fraction = Ascii.decimal(b, dot + 1, colon);
    for (int i = digits; i < 9; i++) {
      fraction *= 10;
    }
    time = seconds * 1_000_000_000 + fraction;
    inSeconds = true;
    return seconds <= MOST_SECONDS;
  }

  /** {@code           1    mmap_lock:mmap_lock_start_locking: } with a period or without, or the name of another record. */
  private boolean readEvent(int from, int to) {
    int name = Ascii.afterSpaces(b, from, to);
    int period = Ascii.afterDigits(b, name, to);
    if (period > name && period < to && b[period] == ' ') {
      name = Ascii.afterSpaces(b, period, to);
    }
    if (Ascii.startsWith(b, name, to, RECORD)) {
      record = name;
      return true;
    }
    int tokenEnd = Ascii.indexOf(b, name, to, ' ');
    if (tokenEnd - name < 2 || b[tokenEnd - 1] != ':' || !isLetter(b[name])) {
      return false;
    }
    int colon = Ascii.indexOf(b, name, tokenEnd, ':');
    textFrom = colon + 1 < tokenEnd && !isModifier(colon + 1, tokenEnd - 1) ? colon + 1 : name;
    return true;
  }

  private boolean isModifier(int from, int to) {
    int i = from;
    while (i < to && MODIFIERS.indexOf(b[i]) >= 0) {
      i++;
    }
    return i == to;
  }

  private static boolean isLetter(byte c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
  }

  /** What is before the time, from its end: {@code workload   164/164   [001] K }. */
  private void readTask(int before) {
    cpu = -1;
    pid = -1;
    int i = beforeSpaces(before);
    int misc = i;
    while (misc > lineFrom && misc > i - MOST_MISC && isLetter(b[misc - 1])) {
      misc--;
    }
    boolean hasMisc = misc < i && misc > lineFrom && b[misc - 1] == ' ' && isColumnBefore(beforeSpaces(misc));
    i = readCpu(hasMisc ? beforeSpaces(misc) : i);
    i = readPid(i);
    commFrom = Ascii.afterSpaces(b, lineFrom, i);
    commTo = i;
  }

  /** Whether a column of digits or a bracket ends at a place: only there can letters be the flags that the field misc prints. */
  private boolean isColumnBefore(int to) {
    return to > lineFrom && (b[to - 1] == ']' || Ascii.isDigit(b[to - 1]));
  }

  /** {@code [001]}, or as -L prints it {@code   1} in three columns right behind the task; where what is before it ends. */
  private int readCpu(int to) {
    if (to > lineFrom && b[to - 1] == ']') {
      int digits = beforeDigits(to - 1);
      if (digits < to - 1 && digits > lineFrom && b[digits - 1] == '[') {
        cpu = (int) Ascii.decimal(b, digits, to - 1);
        return beforeSpaces(digits - 1);
      }
      return to;
    }
    int digits = beforeDigits(to);
    int task = beforeSpaces(digits);
    boolean follows = task > lineFrom && task < digits && Ascii.isDigit(b[task - 1]) && digits < to;
    if (follows && (to - task == 4 || isPidAndTid(task))) {
      cpu = (int) Ascii.decimal(b, digits, to);
      return task;
    }
    return to;
  }

  private boolean isPidAndTid(int to) {
    int digits = beforeDigits(to);
    return digits > lineFrom && b[digits - 1] == '/';
  }

  /** {@code 164/167} or {@code 167}; where what is before it ends. */
  private int readPid(int to) {
    int digits = beforeDigits(to);
    if (digits == to || digits > lineFrom && b[digits - 1] != ' ' && b[digits - 1] != '/') {
      return to;
    }
    pid = (int) Ascii.decimal(b, digits, to);
    int before = digits;
    if (digits > lineFrom && b[digits - 1] == '/') {
      before = beforeDigits(digits - 1);
    }
    return beforeSpaces(before);
  }

  private int beforeDigits(int to) {
    int i = to;
    while (i > lineFrom && i > to - MOST_DIGITS && Ascii.isDigit(b[i - 1])) {
      i--;
    }
    return i;
  }

  private int beforeSpaces(int to) {
    int i = to;
    while (i > lineFrom && b[i - 1] == ' ') {
      i--;
    }
    return i;
  }

  private int nextToken(int from) {
    return Ascii.afterSpaces(b, from, end);
  }

  private int afterToken(int from) {
    return Ascii.indexOf(b, from, end, ' ');
  }
}
