package io.vmatrace.parser.input;

import io.vmatrace.parser.event.ClockUnit;
import io.vmatrace.parser.event.KernelLog;
import io.vmatrace.parser.stat.ImportStats;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a capture says about itself, known once it is decoded.
 *
 * @param kernelRelease uname -r as the latency header prints it, or null
 * @param clock the trace clock's name, e.g. mono; null when the capture does not say
 * @param cpus CPUs of the machine ({@code #P:n}), or 0 when not said
 * @param entriesInBuffer events that the header promises, or -1
 * @param entriesWritten events that were written, of which the first ones may have been overwritten; or -1
 * @param cutShort what is missing at the end, or of a dump in a log at its beginning, in one line; null when nothing is
 * @param stats what was read
 * @param isText whether places are lines; in a binary capture they are bytes
 * @param log what the kernel's log says beside the events, where the capture is one
 * @param details what else it says about itself, in the order in which {@code info} shows it
 */
public record CaptureFacts(
    @Nullable String kernelRelease,
    @Nullable String clock,
    ClockUnit clockUnit,
    int cpus,
    long entriesInBuffer,
    long entriesWritten,
    @Nullable String cutShort,
    ImportStats stats,
    boolean isText,
    KernelLog log,
    Map<String, String> details) {
  /** The detail that says that a full buffer has overwritten its oldest events, without a count of them. */
  public static final String OVERWRITTEN = "oldest events";

  /** Whether only the newest events were kept of each buffer, whatever their number. */
  public boolean isNewestOnly() {
    return details.containsKey(OVERWRITTEN);
  }
}
