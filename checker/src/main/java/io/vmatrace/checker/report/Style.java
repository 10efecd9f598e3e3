package io.vmatrace.checker.report;

/** How words are marked on a terminal, or not at all. */
public enum Style {
  PLAIN,
  COLOUR;

  private static final String RESET = "\u001b[0m";

  public String bad(String text) {
    return mark("\u001b[1;31m", text);
  }

  public String good(String text) {
    return mark("\u001b[1;32m", text);
  }

  public String doubtful(String text) {
    return mark("\u001b[1;33m", text);
  }

  public String strong(String text) {
    return mark("\u001b[1m", text);
  }

  public String faint(String text) {
    return mark("\u001b[2m", text);
  }

  private String mark(String code, String text) {
    return this == COLOUR ? code + text + RESET : text;
  }
}
