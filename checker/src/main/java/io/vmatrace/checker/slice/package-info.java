/** The smallest part of a capture that still gives a finding. */
@NullMarked
package io.vmatrace.checker.slice;

import org.jspecify.annotations.NullMarked;
