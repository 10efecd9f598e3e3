/** The embedded engine: an executable model of the protocol, whose operations are named atomic steps that any schedule may mix. */
@NullMarked
package io.vmatrace.checker.engine;

import org.jspecify.annotations.NullMarked;
