package io.vmatrace.checker.steps;

/**
 * What must not be, and is after a step.
 *
 * @param id a short name, the same for all of its kind
 * @param what what is wrong, in one sentence
 */
public record Broken(String id, String what) {}
