/** What a capture can evidence, what it lacks for the rest, and how that is recorded. */
@NullMarked
package io.vmatrace.checker.evidence;

import org.jspecify.annotations.NullMarked;
