package io.vmatrace.checker.events;

import java.util.Collection;

/**
 * What a selection met in a capture.
 *
 * @param selected events that were wanted
 * @param names of the events that its other filters let through, where it wants names; those remembered
 * @param comms of the tasks of those events, where it wants tasks
 */
public record Seen(long selected, Collection<String> names, Collection<String> comms) {}
