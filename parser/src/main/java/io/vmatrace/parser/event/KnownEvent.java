package io.vmatrace.parser.event;

import java.util.List;
import java.util.Map;

/**
 * An event that this project reads, with its possible names.
 *
 * @param name its name here, unique; FUNCTION_ret is the return of a function
 * @param kind what it is
 * @param spellings the names that a capture may print for it
 * @param fields the names of its values here, each with the names that a capture may print for them, in slot order
 * @param mandatory those values without which it does not say what happened
 * @param isUsed whether the checks look at it
 */
public record KnownEvent(
    String name,
    EventKind kind,
    List<String> spellings,
    Map<String, List<String>> fields,
    List<String> mandatory,
    boolean isUsed) {}
