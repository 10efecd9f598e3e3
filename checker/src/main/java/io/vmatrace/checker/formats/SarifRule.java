package io.vmatrace.checker.formats;

import io.vmatrace.checker.catalogue.RulePage;
import io.vmatrace.checker.catalogue.Rules;
import io.vmatrace.checker.report.JsonParts;
import io.vmatrace.checker.rule.RuleInfo;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/**
 * A rule as SARIF describes it.
 *
 * @param index its place in the run's rules, from 0
 */
record SarifRule(RuleInfo info, int index) {
  /** What GitHub takes of a help text, in characters. */
  private static final int MOST_OF_A_HELP = 1_024;

  /** The rule of an id, which must be in the catalogue. */
  static SarifRule of(String id, int index) {
    return new SarifRule(Rules.find(id).orElseThrow(() -> new IllegalArgumentException("no rule " + id)), index);
  }

  ObjectNode node() {
    ObjectNode node = JsonParts.object().put("id", info.id());
    node.putObject("shortDescription").put("text", sentence(info.summary()));
    String why = RulePage.why(info);
    node.putObject("fullDescription").put("text", cut("%s %s".formatted(sentence(info.summary()), why)));
    node.putObject("help").put("text", cut("%s `vmatrace rules %s` has the interleaving and the sources.".formatted(why, info.id())));
    node.putObject("defaultConfiguration").put("level", "error");
    node.putObject("properties").put("precision", "very-high").putArray("tags").add(info.severity().text());
    return node;
  }

  private static String sentence(String claim) {
    return "%s%s.".formatted(claim.substring(0, 1).toUpperCase(Locale.ROOT), claim.substring(1));
  }

  private static String cut(String text) {
    return text.length() <= MOST_OF_A_HELP ? text : text.substring(0, MOST_OF_A_HELP - 1) + "…";
  }
}
