/** What a capture's operations cost under each variant: they run on real threads, in JVMs of their own. */
@NullMarked
package io.vmatrace.checker.measure;

import org.jspecify.annotations.NullMarked;
