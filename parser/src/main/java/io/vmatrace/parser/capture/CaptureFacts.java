package io.vmatrace.parser.capture;

import io.vmatrace.parser.event.ClockUnit;
import io.vmatrace.parser.stat.ImportStats;
import org.jspecify.annotations.Nullable;

/**
 * What a capture says of itself, known once it is decoded.
 *
 * @param kernelRelease uname -r as the latency header prints it, or null
 * @param cpus CPUs of the machine ({@code #P:n}), or 0 when not said
 * @param entriesInBuffer events that the header promises, or -1
 * @param entriesWritten events that were written, of which the first ones may have been overwritten; or -1
 * @param cutShort what is missing at the end, in one line; null when nothing is
 * @param stats what was read
 */
public record CaptureFacts(
    @Nullable String kernelRelease,
    ClockUnit clockUnit,
    int cpus,
    long entriesInBuffer,
    long entriesWritten,
    @Nullable String cutShort,
    ImportStats stats) {}
