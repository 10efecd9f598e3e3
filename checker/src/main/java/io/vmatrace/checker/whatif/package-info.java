/** What a capture's operations would have met under other variants: they are read from it, and simulated with the engine's programs. */
@NullMarked
package io.vmatrace.checker.whatif;

import org.jspecify.annotations.NullMarked;
