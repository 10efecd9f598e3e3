package io.vmatrace.parser.event;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a kernel's log says beside the events of its dumps.
 *
 * @param reports the kernel's own reports, in the log's order
 * @param emptyDump whether the kernel has dumped the trace and had no event in it
 * @param cutDump whether a dump of the trace has no end
 * @param dumpedBy the releases of the kernels whose dumps have events, as far as the log says, in its order, each once
 */
public record KernelLog(List<ConsoleReport> reports, boolean emptyDump, boolean cutDump, List<String> dumpedBy) {
  /** What a capture that is no log has. */
  public static final KernelLog NONE = new KernelLog(List.of(), false, false, List.of());

  public KernelLog {
    reports = List.copyOf(reports);
    dumpedBy = List.copyOf(dumpedBy);
  }

  /** The kernel that the log is about: the one that dumped the trace, else that of the first report; null where the log does not say. */
  public @Nullable String release() {
    return dumpedBy.isEmpty() ? reports.stream().map(ConsoleReport::release).filter(Objects::nonNull).findFirst().orElse(null) : dumpedBy.getFirst();
  }

  /** All functions that the reports of a kernel name, and those that do not say their kernel. */
  public Set<String> functions(@Nullable String release) {
    return reports.stream()
        .filter(report -> release == null || report.release() == null || release.equals(report.release()))
        .flatMap(report -> report.functions().stream())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }
}
