/** The operations around a finding, taken out of a capture as a scenario that the explorer can go through. */
@NullMarked
package io.vmatrace.checker.excerpt;

import org.jspecify.annotations.NullMarked;
