/** Ring-buffer pages: trace.dat of trace-cmd, and raw pages beside their formats. */
@NullMarked
package io.vmatrace.parser.tracedat;

import org.jspecify.annotations.NullMarked;
