/** What a capture is, what it can evidence, and what to record to evidence more. */
@NullMarked
package io.vmatrace.checker.info;

import org.jspecify.annotations.NullMarked;
