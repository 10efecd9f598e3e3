/** What happened as a timeline of the Trace Event Format: one process an mm, its locks, faults and VMAs as slices. */
@NullMarked
package io.vmatrace.checker.timeline;

import org.jspecify.annotations.NullMarked;
