package io.vmatrace.parser.perf;

import io.vmatrace.parser.bytes.Ascii;
import io.vmatrace.parser.text.Line;
import java.nio.charset.StandardCharsets;

/**
 * The part of a line of perf script before the event's values. Each column may be missing, and a comm may hold anything, so that the
 * line is read from the first thing that is unmistakable, the time or else the event's name, to both sides.
 *
 * <pre>
 *         workload   164/164   [001] K        26.091636425:          1    mmap_lock:mmap_lock_start_locking: mm=0xff…
 * </pre>
 */
final class PerfScriptLine extends Line {
  /** How far into a line its event's name may be. */
  private static final int AHEAD = 256;

  private static final int MOST_DIGITS = 18;
  private static final int MOST_MISC = 6;
  private static final long MOST_SECONDS = Long.MAX_VALUE / 1_000_000_000 - 1;
  private static final byte[] RECORD = "PERF_RECORD_".getBytes(StandardCharsets.US_ASCII);

  /** The letters of an event's modifiers ({@code cycles:uppp}): what is made of them only is no tracepoint's name. */
  private static final String MODIFIERS = "ukhGHpPSDIWeb";

  /** Where the search for the event's name ends. */
  private int end;

  /** Where the name of a record that is no sample begins, or -1. */
  int record;

  /** Reads what is before the values of the line that it was moved to: whether there is a time and an event, or an event with a group. */
  boolean readColumns() {
    end = Math.min(to, from + AHEAD);
    context = '.';
    record = -1;
    for (int token = nextToken(from); token < end; token = nextToken(afterToken(token))) {
      if (Ascii.isDigit(b[token]) && readTime(token, afterToken(token)) && readEvent(afterToken(token))) {
        readTask(token);
        return true;
      }
    }
    return readWithoutTime();
  }

  /** Without a time there is no order but that of each CPU: every event has the same time, so that nobody takes it for one. */
  private boolean readWithoutTime() {
    for (int token = nextToken(from); token < end; token = nextToken(afterToken(token))) {
      int colon = Ascii.indexOf(b, token, afterToken(token), ':');
      if (colon + 1 < afterToken(token) && readEvent(token) && isNameAndModifiers(textFrom, afterToken(token) - 1)) {
        time = 0;
        inSeconds = false;
        readTask(token);
        return true;
      }
    }
    return false;
  }

  /** {@code 26.091636:}. */
  private boolean readTime(int first, int behind) {
    int dot = Ascii.afterDigits(b, first, behind);
    int colon = dot < behind && b[dot] == '.' ? Ascii.afterDigits(b, dot + 1, behind) : behind;
    int digits = colon - dot - 1;
    if (colon + 1 != behind || b[colon] != ':' || digits < 1 || digits > 9 || dot - first > MOST_DIGITS) {
      return false;
    }
    long seconds = Ascii.decimal(b, first, dot);
    long fraction = Ascii.decimal(b, dot + 1, colon);
    for (int i = digits; i < 9; i++) {
      fraction *= 10;
    }
    time = seconds * 1_000_000_000 + fraction;
    inSeconds = true;
    return seconds <= MOST_SECONDS;
  }

  /** {@code           1    mmap_lock:mmap_lock_start_locking: } with a period or without, or the name of another record. */
  private boolean readEvent(int at) {
    int name = Ascii.afterSpaces(b, at, to);
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

  private boolean isModifier(int first, int behind) {
    int i = first;
    while (i < behind && MODIFIERS.indexOf(b[i]) >= 0) {
      i++;
    }
    return i == behind;
  }

  /** Whether behind the group is a name and at most modifiers: a line of /etc/group goes on with a number ({@code users:x:100:}). */
  private boolean isNameAndModifiers(int first, int behind) {
    int colon = Ascii.indexOf(b, first, behind, ':');
    return colon == behind || isModifier(colon + 1, behind);
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
    while (misc > from && misc > i - MOST_MISC && isLetter(b[misc - 1])) {
      misc--;
    }
    boolean hasMisc = misc < i && misc > from && b[misc - 1] == ' ' && isColumnBefore(beforeSpaces(misc));
    i = readCpu(hasMisc ? beforeSpaces(misc) : i);
    i = readPid(i);
    commFrom = Ascii.afterSpaces(b, from, i);
    commTo = i;
  }

  /** Whether a column of digits or a bracket ends at a place: only there can letters be the flags that the field misc prints. */
  private boolean isColumnBefore(int behind) {
    return behind > from && (b[behind - 1] == ']' || Ascii.isDigit(b[behind - 1]));
  }

  /** {@code [001]}, or as -L prints it {@code   1} in three columns right after the task; where what is before it ends. */
  private int readCpu(int behind) {
    if (behind > from && b[behind - 1] == ']') {
      int digits = beforeDigits(behind - 1);
      if (digits < behind - 1 && digits > from && b[digits - 1] == '[') {
        cpu = (int) Ascii.decimal(b, digits, behind - 1);
        return beforeSpaces(digits - 1);
      }
      return behind;
    }
    int digits = beforeDigits(behind);
    int task = beforeSpaces(digits);
    boolean follows = task > from && task < digits && Ascii.isDigit(b[task - 1]) && digits < behind;
    if (follows && (behind - task == 4 || isPidAndTid(task))) {
      cpu = (int) Ascii.decimal(b, digits, behind);
      return task;
    }
    return behind;
  }

  private boolean isPidAndTid(int behind) {
    int digits = beforeDigits(behind);
    return digits > from && b[digits - 1] == '/';
  }

  /** {@code 164/167} or {@code 167}; where what is before it ends. */
  private int readPid(int behind) {
    int digits = beforeDigits(behind);
    if (digits == behind || digits > from && b[digits - 1] != ' ' && b[digits - 1] != '/') {
      return behind;
    }
    pid = (int) Ascii.decimal(b, digits, behind);
    int before = digits;
    if (digits > from && b[digits - 1] == '/') {
      before = beforeDigits(digits - 1);
    }
    return beforeSpaces(before);
  }

  private int beforeDigits(int behind) {
    int i = behind;
    while (i > from && i > behind - MOST_DIGITS && Ascii.isDigit(b[i - 1])) {
      i--;
    }
    return i;
  }

  private int beforeSpaces(int behind) {
    int i = behind;
    while (i > from && b[i - 1] == ' ') {
      i--;
    }
    return i;
  }

  private int nextToken(int at) {
    return Ascii.afterSpaces(b, at, end);
  }

  private int afterToken(int at) {
    return Ascii.indexOf(b, at, end, ' ');
  }
}
