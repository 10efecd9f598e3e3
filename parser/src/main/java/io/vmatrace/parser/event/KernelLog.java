package io.vmatrace.parser.event;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a kernel's log says beside the events of its dumps.
 *
 * @param reports the kernel's own reports, in the log's order
 * @param releases the kernels that the log names, each once: those whose boots or whose lines outside of reports it has, in its order, then the
 *     reports' others
 * @param emptyDump whether the kernel has dumped the trace and had no event in it
 * @param cutHead whether the first dump of the trace has no beginning
 * @param cutDump whether a dump of the trace has no end
 * @param dumpedBy the releases of the kernels whose dumps have events, as far as the log says, in its order, each once
 * @param wrappedAt the column behind which no line goes on, and at which the long ones seem to be cut; 0 where there is none
 */
public record KernelLog(
    List<ConsoleReport> reports, List<String> releases, boolean emptyDump, boolean cutHead, boolean cutDump, List<String> dumpedBy, int wrappedAt) {
  /** What a capture that is no log has. */
  public static final KernelLog NONE = new KernelLog(List.of(), List.of(), false, false, false, List.of(), 0);

  public KernelLog {
    reports = List.copyOf(reports);
    releases = List.copyOf(releases);
    dumpedBy = List.copyOf(dumpedBy);
  }

  /** The kernel that the log is about: the one that dumped the trace, else that of the first report, else the first that is named; null where the log does not say. */
  public @Nullable String release() {
    Stream<String> reported = reports.stream().map(ConsoleReport::release).filter(Objects::nonNull);
    return Stream.of(dumpedBy.stream(), reported, releases.stream()).flatMap(named -> named).findFirst().orElse(null);
  }

  /** All functions that the reports of a kernel name, and those that do not say their kernel. */
  public Set<String> functions(@Nullable String release) {
    return reports.stream()
        .filter(report -> release == null || report.release() == null || release.equals(report.release()))
        .flatMap(report -> report.functions().stream())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }
}
