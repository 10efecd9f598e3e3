/** The shared vocabulary: what the protocol did ({@code Op}, {@code Step}) and what is known of mms, VMAs, tasks and locks. */
@NullMarked
package io.vmatrace.checker.mm;

import org.jspecify.annotations.NullMarked;
