/** Measuring: what a capture's operations cost under each variant, on real threads, in JVMs of their own. */
@NullMarked
package io.vmatrace.checker.measure;

import org.jspecify.annotations.NullMarked;
