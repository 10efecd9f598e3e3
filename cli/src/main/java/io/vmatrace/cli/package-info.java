/** The commands. */
@NullMarked
package io.vmatrace.cli;

import org.jspecify.annotations.NullMarked;
