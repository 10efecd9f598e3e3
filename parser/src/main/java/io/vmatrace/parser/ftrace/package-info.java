/** The kernel's own text, from line to event. */
@NullMarked
package io.vmatrace.parser.ftrace;

import org.jspecify.annotations.NullMarked;
