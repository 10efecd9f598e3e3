package io.vmatrace.checker.catalogue;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Every rule that docs/PROTOCOL.md lists, checked or not, in the order of their numbers. */
public final class RuleList {
  private static final Comparator<Entry> BY_NUMBER = Comparator.comparingInt(entry -> Integer.parseInt(entry.id.substring(1)));

  private static final List<Entry> ALL =
      Stream.concat(
              Rules.infos().stream().map(info -> new Entry(info.id(), info.summary(), () -> RulePage.of(info))),
              UncheckedRules.all().stream().map(rule -> new Entry(rule.id(), rule.summary(), () -> RulePage.of(rule))))
          .sorted(BY_NUMBER)
          .toList();

  /**
   * A rule in lists.
   *
   * @param line the rule in one line, and why it is not checked where it is not
   * @param page its page, in Markdown
   */
  public record Entry(String id, String line, Supplier<String> page) {}

  private RuleList() {}

  /** All rules. */
  public static List<Entry> all() {
    return ALL;
  }

  /** The rule with an id, in any case. */
  public static Optional<Entry> find(String id) {
    return ALL.stream().filter(entry -> entry.id.equalsIgnoreCase(id)).findFirst();
  }

  /** docs/RULES.md: the page of every rule, one below the other. */
  public static String document() {
    StringBuilder text = new StringBuilder("# Rules\n\nThe pages that `vmatrace rules ID` prints. docs/PROTOCOL.md has the rules as tables, with the protocol that they are part of.\n");
    for (Entry entry : ALL) {
      boolean drawn = false;
      text.append('\n');
      for (String line : entry.page.get().lines().toList()) {
        drawn ^= line.startsWith("```");
        text.append(!drawn && line.startsWith("#") ? "#" : "").append(line).append('\n');
      }
    }
    return text.toString();
  }
}
