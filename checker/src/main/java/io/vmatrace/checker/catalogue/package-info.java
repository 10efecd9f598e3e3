/** The catalogue: the one ordered list of all rules. */
@NullMarked
package io.vmatrace.checker.catalogue;

import org.jspecify.annotations.NullMarked;
