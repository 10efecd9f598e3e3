package io.vmatrace.parser.event;

import java.util.Set;

/**
 * One line for dynamic_events that makes an event.
 *
 * @param designs the kernels that take it
 * @param definition the line, with {@code $V} and {@code $VP} for the values of a VMA
 */
public record Probe(Set<Generation> designs, String definition) {}
