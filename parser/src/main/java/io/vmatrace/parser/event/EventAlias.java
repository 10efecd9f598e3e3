package io.vmatrace.parser.event;

import java.util.Map;

/**
 * A name that a user gave an event of a known kind, for example with perf probe or in {@code dynamic_events}.
 *
 * @param name as the capture prints it; a group before a colon is skipped
 * @param is the built-in name of what it is ({@link KnownEvent#name})
 * @param fields from the names of its values to the names of {@link KnownEvent#fields}; values that keep a built-in name need none
 */
public record EventAlias(String name, String is, Map<String, String> fields) {}
