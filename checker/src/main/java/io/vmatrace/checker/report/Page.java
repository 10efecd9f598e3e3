package io.vmatrace.checker.report;

/** Lines of at most 80 columns. */
public final class Page {
  private static final int COLUMNS = 80;

  private final StringBuilder out = new StringBuilder();

  /** All lines so far. */
  public String text() {
    return out.toString();
  }

  /** A line as it is. */
  public void line(String text) {
    out.append(text).append('\n');
  }

  /** Words put in lines; the first begins with {@code first}, the others with {@code then}. */
  public void wrapped(String first, String then, String text) {
    StringBuilder line = new StringBuilder(first);
    boolean fresh = true;
    for (String word : text.split(" ", -1)) {
      if (!fresh && line.length() + 1 + word.length() > COLUMNS) {
        line(line.toString());
        line = new StringBuilder(then);
        fresh = true;
      }
      line.append(fresh ? "" : " ").append(word);
      fresh = false;
    }
    line(line.toString());
  }

  /** A quoted line, whole: cut where the page ends. Control characters, which a task's comm may hold, are shown as a question mark. */
  public void folded(String first, String then, String text) {
    String rest = printable(text);
    String lead = first;
    while (lead.length() + rest.length() > COLUMNS) {
      int room = COLUMNS - lead.length();
      int space = rest.lastIndexOf(' ', room);
      int cut = space > room / 2 ? space : room;
      line(lead + rest.substring(0, cut));
      rest = rest.substring(cut).stripLeading();
      lead = then;
    }
    line(lead + rest);
  }

  private static String printable(String text) {
    return text.replace('\t', ' ').replaceAll("\\p{Cntrl}", "?");
  }
}
