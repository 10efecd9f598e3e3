/** What a run found: plain records, and the pure functions that write them as text and JSON. */
@NullMarked
package io.vmatrace.checker.report;

import org.jspecify.annotations.NullMarked;
