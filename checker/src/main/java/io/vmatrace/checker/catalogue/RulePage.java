package io.vmatrace.checker.catalogue;

import io.vmatrace.checker.rule.RuleInfo;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.Op;
import io.vmatrace.parser.event.specs.EventKinds;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The page of each rule: of one that is checked what its header says, and around that src/main/resources/rules/ID.md. */
public final class RulePage {
  private static final String WHY = "## Why it matters";

  private RulePage() {}

  /** A rule's page, in Markdown that reads well as it is. */
  public static String of(RuleInfo info) {
    String sources = info.sources().stream().map(source -> "- " + source + "\n").collect(Collectors.joining());
    return "# %s: %s\n\n- kernels: %s\n- severity: %s\n%s- must have been recorded, beside what it looks at: %s\n\n%s\n## Sources\n\n%s"
        .formatted(info.id(), info.summary(), kernels(info.generations()), info.severity().text(), certainty(info), recorded(info), text(info), sources);
  }

  /** The page of a rule that is not checked. */
  public static String of(UncheckedRule rule) {
    String why = "# %s: %s\n\n- checked: no\n\n## Why it is not checked\n\n%s.\n".formatted(rule.id(), rule.statement(), sentence(rule.reason().text() + ": " + rule.why()));
    return rule.shownBy().isEmpty() ? why : why + "\n## What would show it\n\n%s.\n".formatted(sentence(rule.shownBy()));
  }

  private static String sentence(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  /** Why a rule matters, as one paragraph. */
  public static String why(RuleInfo info) {
    String page = text(info);
    int from = page.indexOf(WHY) + WHY.length();
    return page.substring(from, page.indexOf("\n## ", from)).strip().replaceAll("\\s+", " ");
  }

  private static String kernels(Set<Generation> generations) {
    TreeSet<Generation> sorted = new TreeSet<>(generations);
    String names = sorted.stream().map(Generation::text).collect(Collectors.joining(", "));
    return "%s (%s)".formatted(releases(sorted.first(), sorted.last()), names);
  }

  private static String releases(Generation first, Generation last) {
    String from =
        switch (first) {
          case MMAP_LOCK -> "";
          case RWSEM -> "6.4";
          case REFCOUNT -> "6.15";
          case EXCLUDE_READERS -> "7.0";
        };
    String to =
        switch (last) {
          case MMAP_LOCK -> "6.3";
          case RWSEM -> "6.14";
          case REFCOUNT -> "6.19";
          case EXCLUDE_READERS -> "";
        };
    if (to.isEmpty()) {
      return from.isEmpty() ? "every kernel" : from + " on";
    }
    return from.isEmpty() ? "to " + to : from + " to " + to;
  }

  private static String certainty(RuleInfo info) {
    return info.neverDefinite() ? "- findings: only possible, so they never turn a capture red (`vmatrace check --possible`)\n" : "";
  }

  /** What values alone prove needs less than what rests on other events too. */
  private static String recorded(RuleInfo info) {
    if (!info.valuesSuffice()) {
      return recorded(info.needs(), info.needsValues());
    }
    Set<Op> beside = new TreeSet<>(info.needs());
    beside.removeAll(info.also());
    String least = recorded(info.also(), true);
    return beside.isEmpty() ? least : "%s; %s: %s".formatted(least, info.needsValues() ? "for what rests on other events too" : "or, for what rests on other events", recorded(beside, false));
  }

  private static String recorded(Set<Op> needed, boolean needsValues) {
    Stream<String> events = EventKinds.recordedFor(needed).stream();
    Stream<String> values = needsValues ? Stream.of("probes that fetch values (evidence level E2)") : Stream.of();
    String all = Stream.concat(events, values).collect(Collectors.joining(", "));
    return all.isEmpty() ? "what it looks at" : all;
  }

  private static String text(RuleInfo info) {
    String name = "/rules/" + info.id() + ".md";
    try (InputStream in = RulePage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("no page " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
