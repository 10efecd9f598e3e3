/** The protocol's designs and their known bugs, as data. */
@NullMarked
package io.vmatrace.checker.protocol;

import org.jspecify.annotations.NullMarked;
