/** What happened in a capture as columns that a page draws: spans of tasks, VMAs over addresses and time, counters, faults. */
@NullMarked
package io.vmatrace.checker.picture;

import org.jspecify.annotations.NullMarked;
