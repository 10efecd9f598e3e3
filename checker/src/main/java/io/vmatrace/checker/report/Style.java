package io.vmatrace.checker.report;

/**
 * How text is laid out for whoever reads it.
 *
 * @param coloured whether words are marked
 * @param columns how wide a page is
 * @param folded whether nothing may be wider than that, as on a terminal; else lines that name a file stay whole
 */
public record Style(boolean coloured, int columns, boolean folded) {
  /** For files and other programs. */
  public static final Style PLAIN = new Style(false, 80, false);

  private static final char ESCAPE = '\u001b';
  private static final String RESET = ESCAPE + "[0m";

  public String bad(String text) {
    return mark("[1;31m", text);
  }

  public String good(String text) {
    return mark("[1;32m", text);
  }

  public String doubtful(String text) {
    return mark("[1;33m", text);
  }

  public String strong(String text) {
    return mark("[1m", text);
  }

  public String faint(String text) {
    return mark("[2m", text);
  }

  private String mark(String code, String text) {
    return coloured ? ESCAPE + code + text + RESET : text;
  }

  /** How many columns a marked text takes. */
  static int width(String text) {
    if (text.indexOf(ESCAPE) < 0) {
      return text.length();
    }
    int width = 0;
    for (int i = 0; i < text.length(); i = after(text, i)) {
      width += text.charAt(i) == ESCAPE ? 0 : 1;
    }
    return width;
  }

  /** The place after the character or mark at a place. */
  static int after(String text, int at) {
    int i = at;
    if (text.charAt(at) == ESCAPE) {
      while (i < text.length() - 1 && text.charAt(i) != 'm') {
        i++;
      }
    }
    return i + 1;
  }
}
