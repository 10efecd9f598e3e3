/** The accounting of an input: how much of it was understood, and what was wrong with the rest. */
@NullMarked
package io.vmatrace.parser.stat;

import org.jspecify.annotations.NullMarked;
