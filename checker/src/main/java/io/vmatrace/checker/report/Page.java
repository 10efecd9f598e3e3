package io.vmatrace.checker.report;

import java.util.regex.Pattern;

/** Lines, as wide as their reader's page. */
public final class Page {
  private static final String FURTHER = "    ";
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  private final StringBuilder out = new StringBuilder();
  private final Style style;

  public Page(Style style) {
    this.style = style;
  }

  /** All lines so far. */
  public String text() {
    return out.toString();
  }

  /** A line as it is, where nobody wants it folded. */
  public void line(String text) {
    String rest = text;
    while (style.folded() && Style.width(rest) > style.columns()) {
      int cut = cut(rest);
      out.append(rest.substring(0, cut).stripTrailing()).append('\n');
      rest = FURTHER + rest.substring(cut).stripLeading();
    }
    out.append(rest).append('\n');
  }

  /** A line to be pasted elsewhere: whole, for it would not work otherwise; a terminal shows it in several lines and copies it as one. */
  public void verbatim(String text) {
    out.append(text).append('\n');
  }

  /**
   * Where a line has to be cut: at the last blank of its second half; at an earlier one, where the word after it, such as a path, fits in a line;
   * else behind a slash, and where there is none the page ends.
   */
  private int cut(String line) {
    int column = 0;
    int early = 0;
    int blank = 0;
    int slash = 0;
    int i = 0;
    for (; column < style.columns() && i < line.length(); i = Style.after(line, i)) {
      column += Style.width(line.substring(i, Style.after(line, i)));
      char c = line.charAt(i);
      if (c == ' ' && column > FURTHER.length()) {
        early = i;
        blank = column > style.columns() / 2 ? i : blank;
      }
      slash = c == '/' && column > style.columns() / 2 ? i + 1 : slash;
    }
    if (blank == 0 && early > 0 && isShort(line.substring(early).stripLeading())) {
      return early;
    }
    return blank > 0 ? blank : slash > 0 ? slash : i;
  }

  private boolean isShort(String rest) {
    int end = rest.indexOf(' ');
    return Style.width(end < 0 ? rest : rest.substring(0, end)) <= style.columns() - FURTHER.length();
  }

  /** Words put in lines; the first begins with {@code first}, the others with {@code then}. */
  public void wrapped(String first, String then, String text) {
    StringBuilder line = new StringBuilder(first);
    int column = Style.width(first);
    boolean fresh = true;
    for (String word : text.split(" ", -1)) {
      int width = Style.width(word);
      if (!fresh && column + 1 + width > style.columns()) {
        line(line.toString());
        line = new StringBuilder(then);
        column = Style.width(then);
        fresh = true;
      }
      line.append(fresh ? "" : " ").append(word);
      column += fresh ? width : 1 + width;
      fresh = false;
    }
    line(line.toString());
  }

  /** A quoted line, whole: cut where the page ends. Control characters, which a task's comm may hold, are shown as a question mark. */
  public void folded(String first, String then, String text) {
    String rest = printable(text);
    String lead = first;
    while (Style.width(lead) + rest.length() > style.columns()) {
      int room = style.columns() - Style.width(lead);
      int space = rest.lastIndexOf(' ', room);
      int cut = space > room / 2 ? space : room;
      line(lead + rest.substring(0, cut));
      rest = rest.substring(cut).stripLeading();
      lead = then;
    }
    line(lead + rest);
  }

  /** A text of the capture, in which control characters, which a task's comm may hold, are shown as a question mark. */
  static String printable(String text) {
    return CONTROL.matcher(text.replace('\t', ' ')).replaceAll("?");
  }
}
