package io.vmatrace.parser.event;

/**
 * What an event's name stands for: a kind, and the keys under which its values are printed.
 *
 * @param isAlias whether a user gave the name: then the values are read by their keys only, whatever shape the kind's own event has
 */
public record NamedEvent(EventKind kind, Keys keys, boolean isAlias) {}
