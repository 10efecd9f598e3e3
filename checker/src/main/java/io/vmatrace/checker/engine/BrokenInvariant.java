package io.vmatrace.checker.engine;

/**
 * An invariant that does not hold.
 *
 * @param rule the number of docs/PROTOCOL.md, Rules, or a word if it has none there
 * @param what for a person
 */
public record BrokenInvariant(String rule, String what) {}
