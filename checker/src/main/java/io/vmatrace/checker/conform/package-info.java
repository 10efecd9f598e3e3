/** Conformance: does a variant of the protocol allow every outcome that a capture shows? */
@NullMarked
package io.vmatrace.checker.conform;

import org.jspecify.annotations.NullMarked;
