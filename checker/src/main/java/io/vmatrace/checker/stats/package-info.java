/** How long page faults, look-ups and mmap_locks took, and where. */
@NullMarked
package io.vmatrace.checker.stats;

import org.jspecify.annotations.NullMarked;
