package io.vmatrace.checker.catalogue;

/**
 * A rule of docs/PROTOCOL.md that is put to no capture.
 *
 * @param id its number there, such as R70
 * @param reason what keeps it from being checked
 * @param statement the rule in one line, as it should be
 * @param why the reason, for this rule
 * @param shownBy what would show a violation; empty for what is no check
 */
public record UncheckedRule(String id, Reason reason, String statement, String why, String shownBy) {
  /** What keeps a rule from being checked. */
  public enum Reason {
    COVERED("another rule judges it"),
    INVISIBLE("no trace can show it"),
    NO_CHECK("nothing to check");

    private final String text;

    Reason(String text) {
      this.text = text;
    }

    /** The words for it in lists and on pages. */
    public String text() {
      return text;
    }
  }

  /** The number in the id. */
  public int number() {
    return Integer.parseInt(id.substring(1));
  }

  /** The rule and why it is not checked, in one line. */
  public String summary() {
    String shown = shownBy.isEmpty() ? "" : "; shown by: " + shownBy;
    return "%s [%s: %s%s]".formatted(statement, reason.text(), why, shown);
  }
}
