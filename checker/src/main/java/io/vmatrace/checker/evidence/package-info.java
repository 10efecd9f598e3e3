/** What a capture can evidence, and what it lacks for the rest. */
@NullMarked
package io.vmatrace.checker.evidence;

import org.jspecify.annotations.NullMarked;
