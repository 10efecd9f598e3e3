/** The protocol as a table of steps over a state that is a value: read from resources/protocol/, and run one step at a time. */
@NullMarked
package io.vmatrace.checker.steps;

import org.jspecify.annotations.NullMarked;
