/** Binary event records, as ring buffers and perf samples carry them: read by the formats in the file. */
@NullMarked
package io.vmatrace.parser.record;

import org.jspecify.annotations.NullMarked;
