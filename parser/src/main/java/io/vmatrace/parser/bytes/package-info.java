/** Bit tricks on bytes. Every other package reads bytes one at a time. */
@NullMarked
package io.vmatrace.parser.bytes;

import org.jspecify.annotations.NullMarked;
