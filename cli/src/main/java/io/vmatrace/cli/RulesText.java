package io.vmatrace.cli;

import io.vmatrace.checker.catalogue.RuleList;
import io.vmatrace.checker.report.Page;
import io.vmatrace.checker.report.Style;

/** The rules for a person: as wide as a terminal; for a file or another program a line each. */
final class RulesText {
  private final Page page;
  private final Style style;
  private String paragraph = "";

  private RulesText(Style style) {
    this.style = style;
    page = new Page(style);
  }

  /** All rules, a row each; in it why a rule is not checked. */
  static String list(Style style) {
    RulesText text = new RulesText(style);
    RuleList.all().forEach(rule -> text.row("%-4s  ".formatted(rule.id()), " ".repeat(6), rule.line()));
    return text.page.text();
  }

  /** One rule's page. */
  static String page(RuleList.Entry rule, Style style) {
    String markdown = rule.page().get();
    return style.folded() ? new RulesText(style).folded(markdown) : markdown;
  }

  private void row(String first, String then, String text) {
    if (style.folded()) {
      page.wrapped(first, then, text);
    } else {
      page.line(first + text);
    }
  }

  /** Paragraphs and items are wrapped anew; what is drawn stays as it is where there is room. */
  private String folded(String markdown) {
    boolean drawn = false;
    for (String line : markdown.lines().toList()) {
      boolean fence = line.startsWith("```");
      if (drawn || fence || line.isBlank() || line.startsWith("#")) {
        endParagraph();
        page.line(line);
        drawn ^= fence;
      } else if (line.startsWith("- ") || paragraph.isEmpty()) {
        endParagraph();
        paragraph = line;
      } else {
        paragraph += " " + line.strip();
      }
    }
    endParagraph();
    return page.text();
  }

  private void endParagraph() {
    if (!paragraph.isEmpty()) {
      page.wrapped("", paragraph.startsWith("- ") ? "  " : "", paragraph);
      paragraph = "";
    }
  }
}
