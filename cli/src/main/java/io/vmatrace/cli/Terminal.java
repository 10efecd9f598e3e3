package io.vmatrace.cli;

import io.vmatrace.checker.report.Style;

/** What is known about the terminal: the launcher says it, because Java can only tell for all streams together. */
final class Terminal {
  /** Less is no page: what is narrower folds by itself. */
  private static final int FEWEST_COLUMNS = 40;

  private Terminal() {}

  /** Whether standard output is a terminal that wants colour (no-color.org). */
  static boolean isColoured() {
    String no = System.getenv("NO_COLOR");
    return (no == null || no.isEmpty()) && isTerminal("VMATRACE_STDOUT_TTY") && !"dumb".equals(System.getenv("TERM"));
  }

  /** How text is laid out on standard output. */
  static Style style() {
    return isTerminal("VMATRACE_STDOUT_TTY") ? new Style(isColoured(), columns(), true) : Style.PLAIN;
  }

  /** How wide standard output is. */
  static int columns() {
    String columns = System.getenv("VMATRACE_COLUMNS");
    boolean known = columns != null && columns.matches("[1-9]\\d{0,3}");
    return known ? Math.max(FEWEST_COLUMNS, Integer.parseInt(columns)) : Style.PLAIN.columns();
  }

  /** Whether standard error is a terminal, so that progress may be drawn there. */
  static boolean isProgressWanted() {
    return isTerminal("VMATRACE_STDERR_TTY");
  }

  /** Whether what standard error says stands beside what standard output does. */
  static boolean isOneScreen() {
    return isTerminal("VMATRACE_STDOUT_TTY") && isTerminal("VMATRACE_STDERR_TTY");
  }

  /** Whether a person would have to type the capture. */
  static boolean isTyped() {
    return isTerminal("VMATRACE_STDIN_TTY");
  }

  private static boolean isTerminal(String variable) {
    return "1".equals(System.getenv(variable));
  }
}
