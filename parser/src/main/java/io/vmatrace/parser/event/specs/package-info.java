/**
 * The events that this project reads, one row each, family by family: a new event is a new row here, a new value of an event a word in
 * its row. Sources of the tracepoints are the kernels' event formats (include/trace/events/, 6.12 to 7.2); those of functions stand with them.
 */
@NullMarked
package io.vmatrace.parser.event.specs;

import org.jspecify.annotations.NullMarked;
