package io.vmatrace.parser.input;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a capture says about itself before its events.
 *
 * @param architecture as uname -m has it, or null
 * @param events names of the events that were recorded from its beginning on, each of their occurrences; empty when it does not say
 */
public record Preamble(@Nullable String architecture, Set<String> events) {
  /** That of a capture that says nothing. */
  public static final Preamble NONE = new Preamble(null, Set.of());
}
