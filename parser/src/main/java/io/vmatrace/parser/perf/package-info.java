/** perf: perf.data and the text of perf script. */
@NullMarked
package io.vmatrace.parser.perf;

import org.jspecify.annotations.NullMarked;
