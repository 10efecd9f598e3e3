/** What if: the operations of a capture, simulated with the engine's programs under other variants. */
@NullMarked
package io.vmatrace.checker.whatif;

import org.jspecify.annotations.NullMarked;
