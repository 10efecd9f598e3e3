/** The embedded engine: an executable model of the protocol, whose operations are named atomic steps, run in any schedule. */
@NullMarked
package io.vmatrace.checker.engine;

import org.jspecify.annotations.NullMarked;
