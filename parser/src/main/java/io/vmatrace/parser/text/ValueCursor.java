package io.vmatrace.parser.text;

import io.vmatrace.parser.bytes.Ascii;

/** A cursor over the text of one event, which is reused for every line, and the values in it. */
abstract class ValueCursor {
  byte[] b = new byte[0];
  int p;
  int end;

  /** The value that was read last. */
  long value;

  /** Moves after the next token; its {@code =} when it begins as a key, else -1. */
  final int equalsSign() {
    byte[] bytes = b;
    int to = end;
    int i = p;
    for (byte c; i < to && (c = bytes[i]) != '=' && c != ' '; i++) {
      if (!isKey(c)) {
        break;
      }
    }
    if (i < to && bytes[i] == '=' && i > p) {
      return i;
    }
    p = i;
    token();
    return -1;
  }

  final void token() {
    p = Ascii.afterSpaces(b, Ascii.indexOf(b, p, end, ' '), end);
  }

  final boolean is(byte[] key, int from, int to) {
    if (key.length != to - from) {
      return false;
    }
    byte[] bytes = b;
    for (int i = 0; i < key.length; i++) {
      if (key[i] != bytes[from + i]) {
        return false;
      }
    }
    return true;
  }

  /** 0x…, true, false, a signed decimal, or a bare pointer of 16 hexadecimal digits. */
  final boolean number(boolean hexadecimal) {
    if (p >= end) {
      return false;
    }
    byte first = b[p];
    if (first == '0' && p + 1 < end && b[p + 1] == 'x') {
      p += 2;
      return hex() && ends();
    }
    if (hexadecimal || isPointer()) {
      return hex() && ends();
    }
    if (first == 't' || first == 'f') {
      return truth(first == 't' ? TRUE : FALSE, first == 't' ? 1 : 0);
    }
    if (first == '-') {
      p++;
      boolean ok = decimal() && ends();
      value = -value;
      return ok;
    }
    return decimal() && ends();
  }

  private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
  private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};

  final boolean truth(byte[] word, long is) {
    if (p + word.length > end || !is(word, p, p + word.length)) {
      return false;
    }
    p += word.length;
    value = is;
    return ends();
  }

  /** %p prints 16 digits and no 0x; no decimal value of ours has as many. */
  final boolean isPointer() {
    int to = p + 16;
    return to <= end && Ascii.afterHexDigits(b, p, to) == to && (to == end || Ascii.hexDigit(b[to]) < 0);
  }

  /** A value ends at a space, a parenthesis, a comma or the end; what is glued to it makes it unreadable. */
  final boolean ends() {
    return p >= end || b[p] == ' ' || b[p] == ')' || b[p] == ',' || b[p] == '\t';
  }

  final boolean hex() {
    byte[] bytes = b;
    int from = p;
    int i = from;
    long read = 0;
    for (int digit; i < end && (digit = Ascii.hexDigit(bytes[i])) >= 0; i++) {
      read = read << 4 | digit;
    }
    value = read;
    p = i;
    return i > from && i - from <= 16;
  }

  final boolean decimal() {
    byte[] bytes = b;
    int from = p;
    int i = from;
    long read = 0;
    for (; i < end && Ascii.isDigit(bytes[i]); i++) {
      read = read * 10 + (bytes[i] - '0');
    }
    value = read;
    p = i;
    return i > from && i - from <= 20;
  }

  /** {@code _stext+0x10/0x200 (-10485760)}: an address of the kernel is a symbol with the option fields, and its number stands behind it. */
  final boolean symbol() {
    int open = Ascii.indexOf(b, p, end, ' ') + 1;
    if (open + 1 >= end || b[open] != '(') {
      return false;
    }
    boolean negative = b[open + 1] == '-';
    p = negative ? open + 2 : open + 1;
    boolean read = decimal() && p < end && b[p] == ')';
    value = negative ? -value : value;
    return read;
  }

  static final byte[] NIL = {'(', 'n', 'i', 'l', ')'};

  /** {@code ff3f3d24bfc62dc0} of the kernel, {@code 0xff3f3d24bfc62dc0} and {@code (nil)} of libtraceevent. */
  final boolean pointerOrNil() {
    if (p + NIL.length <= end && is(NIL, p, p + NIL.length)) {
      p += NIL.length;
      value = 0;
      return ends();
    }
    if (p + 1 < end && b[p] == '0' && b[p + 1] == 'x') {
      p += 2;
      return hex() && ends();
    }
    return isPointer() && hex() && p == end;
  }

  /** The index after the first occurrence of a word at or after a place, or -1. */
  final int first(byte[] word, int from) {
    for (int i = from; i + word.length <= end; i++) {
      if (b[i] == word[0] && is(word, i, i + word.length)) {
        return i + word.length;
      }
    }
    return -1;
  }

  /** The index after the last occurrence of a word, or -1. */
  final int last(byte[] word) {
    for (int i = end - word.length; i >= p; i--) {
      if (b[i] == word[0] && is(word, i, i + word.length)) {
        return i + word.length;
      }
    }
    return -1;
  }

  final void begin(byte[] bytes, int from, int to) {
    b = bytes;
    p = from;
    end = to;
  }

  private static boolean isKey(byte c) {
    return c >= 'a' && c <= 'z' || c == '_' || Ascii.isDigit(c) || c >= 'A' && c <= 'Z';
  }
}
