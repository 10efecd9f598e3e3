package io.vmatrace.checker.engine;

/**
 * An invariant that does not hold.
 *
 * @param rule protocol.md's number, or a word for what has none there
 * @param what for a person
 */
record Broken(String rule, String what) {}
