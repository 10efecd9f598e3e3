package io.vmatrace.checker.catalogue;

import io.vmatrace.checker.rule.Rule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The page of each rule: src/main/resources/rules/ID.md. */
public final class RulePage {
  private RulePage() {}

  /** A rule's page, in Markdown that reads well as it is. */
  public static String of(Rule rule) {
    String name = "/rules/" + rule.info().id() + ".md";
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
