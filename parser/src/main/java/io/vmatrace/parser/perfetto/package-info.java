/** Perfetto traces: packets of protobuf, with the events of ftrace in bundles of one CPU each. */
@NullMarked
package io.vmatrace.parser.perfetto;

import org.jspecify.annotations.NullMarked;
