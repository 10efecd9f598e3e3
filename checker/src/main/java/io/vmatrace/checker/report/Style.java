package io.vmatrace.checker.report;

/** How words are marked on a terminal, or not at all. */
public enum Style {
  PLAIN,
  COLOUR;

  private static final String RESET = "\u001b[0m";

  String bad(String text) {
    return mark("\u001b[1;31m", text);
  }

  String good(String text) {
    return mark("\u001b[1;32m", text);
  }

  String doubtful(String text) {
    return mark("\u001b[1;33m", text);
  }

  String strong(String text) {
    return mark("\u001b[1m", text);
  }

  String faint(String text) {
    return mark("\u001b[2m", text);
  }

  private String mark(String code, String text) {
    return this == COLOUR ? code + text + RESET : text;
  }
}
