package io.vmatrace.checker.html;

import java.util.ArrayDeque;
import java.util.Deque;

/** Builds HTML. Every text and every value of an attribute is escaped here, and nowhere else. */
final class Markup {
  private final StringBuilder out = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();

  /** Opens an element; attributes are names and values in turn. */
  Markup open(String name, String... attributes) {
    begin(name, attributes);
    open.push(name);
    return this;
  }

  /** Closes the element that was opened last. */
  Markup close() {
    out.append("</").append(open.pop()).append(">\n");
    return this;
  }

  /** An element that holds a text only. */
  Markup element(String name, String text, String... attributes) {
    begin(name, attributes);
    text(text);
    out.append("</").append(name).append('>');
    return this;
  }

  /** A text of whatever origin: characters that mean something in HTML are escaped, and those that nobody can see are shown by their numbers. */
  Markup text(String text) {
    text.codePoints().forEach(this::character);
    return this;
  }

  /** What has been built. */
  @Override
  public String toString() {
    return out.toString();
  }

  private void begin(String name, String... attributes) {
    out.append('<').append(name);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"");
      text(attributes[i + 1]);
      out.append('"');
    }
    out.append('>');
  }

  private void character(int c) {
    switch (c) {
      case '<' -> out.append("&lt;");
      case '>' -> out.append("&gt;");
      case '&' -> out.append("&amp;");
      case '"' -> out.append("&quot;");
      case '\'' -> out.append("&#39;");
      case '\n' -> out.append('\n');
      case '\t' -> out.append(' ');
      default -> {
        if (isSeen(c)) {
          out.appendCodePoint(c);
        } else {
          out.append(c < 0x100 ? "\\x%02x".formatted(c) : "\\u%04x".formatted(c));
        }
      }
    }
  }

  /** Whether a reader sees a character as it is: no control, nothing that turns the direction of writing, half of a character, or none. */
  private static boolean isSeen(int c) {
    boolean turns = c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069 || c == 0x200e || c == 0x200f;
    boolean isNoCharacter = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE || (c & 0xfffe) == 0xfffe;
    return !Character.isISOControl(c) && !turns && !isNoCharacter;
  }
}
