package io.vmatrace.checker.events;

import io.vmatrace.parser.event.ClockUnit;
import io.vmatrace.parser.event.EventDescriber;
import org.jspecify.annotations.Nullable;

/**
 * What the events of a capture have in common, for who writes them.
 *
 * @param values their values
 * @param isText whether they are lines
 * @param capture the capture's path, where a run has several; else null
 */
record Origin(EventDescriber describer, RawCalls values, ClockUnit unit, boolean isText, @Nullable String capture) {}
