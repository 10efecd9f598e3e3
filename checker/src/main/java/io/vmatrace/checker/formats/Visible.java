package io.vmatrace.checker.formats;

/** Text as formats can carry it that have no place for control characters; a task's comm may hold any byte (prctl(2), PR_SET_NAME). */
final class Visible {
  private Visible() {}

  /** The text in one line: what is no character, or would not be seen, is written as {@code \x1b}; a tab is a blank. */
  static String of(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.replace('\t', ' ').codePoints().forEach(c -> {
      if (isSeen(c)) {
        out.appendCodePoint(c);
      } else {
        out.append(c < 0x100 ? "\\x%02x".formatted(c) : "\\u%04x".formatted(c));
      }
    });
    return out.toString();
  }

  /** The same for a place where a number sign begins something else. */
  static String withoutNumberSign(String text) {
    return of(text).replace("#", "\\x23");
  }

  private static boolean isSeen(int c) {
    boolean separatesLines = c == 0x2028 || c == 0x2029;
    boolean isNoCharacter = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE || (c & 0xfffe) == 0xfffe;
    return !Character.isISOControl(c) && !separatesLines && !isNoCharacter;
  }
}
