package io.vmatrace.cli;

import io.vmatrace.checker.report.Style;
import java.util.Map;

/** What is known about the terminal: the launcher says it, because Java can only tell for all streams together. */
final class Terminal {
  /** Less is no page: what is narrower folds by itself. */
  private static final int FEWEST_COLUMNS = 40;

  private Terminal() {}

  /** What {@code --color} can be. */
  enum Colour {
    auto,
    always,
    never
  }

  /** What {@code --color} was given for the command that runs; not bound where it was not given. */
  static final ScopedValue<Colour> WANTED = ScopedValue.newInstance();

  /** Whether text on standard output is in colour: what {@code --color} says, or else the environment. */
  static boolean isColoured() {
    return switch (WANTED.orElse(Colour.auto)) {
      case always -> true;
      case never -> false;
      case auto -> isColoured(System.getenv(), isTerminal("VMATRACE_STDOUT_TTY"));
    };
  }

  /** Whether the environment wants colour: NO_COLOR (no-color.org) before CLICOLOR_FORCE (bixense.com/clicolors), and else if this is a terminal that has it. */
  static boolean isColoured(Map<String, String> environment, boolean isTerminal) {
    if (!environment.getOrDefault("NO_COLOR", "").isEmpty()) {
      return false;
    }
    String forced = environment.getOrDefault("CLICOLOR_FORCE", "");
    return !forced.isEmpty() && !forced.equals("0") || isTerminal && !"dumb".equals(environment.get("TERM"));
  }

  /** How text is laid out on standard output. */
  static Style style() {
    boolean isTerminal = isTerminal("VMATRACE_STDOUT_TTY");
    return isTerminal || isColoured() ? new Style(isColoured(), columns(), isTerminal) : Style.PLAIN;
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
