package io.vmatrace.parser.event;

/**
 * The meaning of an event's name: a kind, and the keys of its values.
 *
 * @param isAlias whether a user gave the name: then the values are read by their keys only, whatever shape the kind's own event has
 */
public record NamedEvent(EventKind kind, Keys keys, boolean isAlias) {}
