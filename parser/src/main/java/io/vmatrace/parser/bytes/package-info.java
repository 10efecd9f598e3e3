/** Bit tricks on bytes, and nothing else: every other package reads bytes one at a time. */
@NullMarked
package io.vmatrace.parser.bytes;

import org.jspecify.annotations.NullMarked;
