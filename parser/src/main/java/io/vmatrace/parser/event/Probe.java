package io.vmatrace.parser.event;

import java.util.Set;

/**
 * One line for dynamic_events that makes an event of a kind.
 *
 * @param designs the kernels that take it
 * @param type {@code f} for an fprobe, which has the arguments by their names; {@code p} and {@code r} for a kprobe, which has them by their registers
 * @param values what it fetches, with {@code $V} and {@code $VP} for the values of a VMA
 */
record Probe(Set<Generation> designs, char type, String values) {}
