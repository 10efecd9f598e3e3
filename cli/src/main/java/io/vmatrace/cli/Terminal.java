package io.vmatrace.cli;

import io.vmatrace.checker.report.Style;

/** What is known about the terminal. */
final class Terminal {
  private Terminal() {}

  /** Whether standard output is a terminal that wants colour (no-color.org). */
  static boolean isColoured() {
    String no = System.getenv("NO_COLOR");
    return (no == null || no.isEmpty()) && isTerminal("VMATRACE_STDOUT_TTY") && !"dumb".equals(System.getenv("TERM"));
  }

  /** How words are marked on standard output. */
  static Style style() {
    return isColoured() ? Style.COLOUR : Style.PLAIN;
  }

  /** Whether standard error is a terminal, so that progress may be drawn there. */
  static boolean isProgressWanted() {
    return isTerminal("VMATRACE_STDERR_TTY");
  }

  /** The launcher says which streams are terminals: Java can only tell for all together. */
  private static boolean isTerminal(String variable) {
    return "1".equals(System.getenv(variable));
  }
}
