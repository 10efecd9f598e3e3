package io.vmatrace.parser.event;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a kernel's log says beside the events of its dumps.
 *
 * @param reports the kernel's own reports, in the log's order
 * @param emptyDump whether the kernel has dumped the trace and had no event in it
 */
public record KernelLog(List<ConsoleReport> reports, boolean emptyDump) {
  /** What a capture that is no log has. */
  public static final KernelLog NONE = new KernelLog(List.of(), false);

  public KernelLog {
    reports = List.copyOf(reports);
  }

  /** All functions that the reports name. */
  public Set<String> functions() {
    Set<String> functions = new LinkedHashSet<>();
    for (ConsoleReport report : reports) {
      if (report.function() != null) {
        functions.add(report.function());
      }
      functions.addAll(report.frames());
    }
    return functions;
  }
}
