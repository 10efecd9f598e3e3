/** A capture's hot path through a variant of the protocol: does the variant allow what was observed, and what would another one have done. */
@NullMarked
package io.vmatrace.checker.replay;

import org.jspecify.annotations.NullMarked;
