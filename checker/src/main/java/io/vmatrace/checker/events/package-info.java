/** The normalised event stream: which events are wanted, and the writers of NDJSON and CSV. */
@NullMarked
package io.vmatrace.checker.events;

import org.jspecify.annotations.NullMarked;
