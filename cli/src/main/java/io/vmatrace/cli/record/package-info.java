/** Makes a capture on this machine: an instance of tracefs, the pages of its ring buffers, and a trace.dat of them. */
@NullMarked
package io.vmatrace.cli.record;

import org.jspecify.annotations.NullMarked;
