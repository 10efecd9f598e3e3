/** What a reader counts: how much of the input was understood, and what was wrong with the rest. */
@NullMarked
package io.vmatrace.parser.stat;

import org.jspecify.annotations.NullMarked;
