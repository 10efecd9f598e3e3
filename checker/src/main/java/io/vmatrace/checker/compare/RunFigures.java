package io.vmatrace.checker.compare;

import io.vmatrace.checker.mm.FaultPath;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.stats.Distribution;
import io.vmatrace.checker.stats.StatsReport;
import io.vmatrace.checker.stats.Timed;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What one run has to say in a comparison.
 *
 * @param path of its capture
 * @param figures by name; for each of them more is worse. One that was not recorded, or has fewer than {@link #FEWEST} things behind it, is left out
 * @param causes the stable ids of its definite findings
 * @param incomplete what is missing from its capture: figures are of what is left, and findings that rest on more may be missing too
 */
public record RunFigures(String path, Map<String, Double> figures, Set<String> causes, List<String> incomplete) {
  /** A percentile of fewer says little. */
  private static final int FEWEST = 20;

  /** The share of the faults that were served under the mmap_lock. */
  public static final String FALLBACKS = "faults under the mmap_lock, share";

  /** The figures of a capture that has been checked and counted in one pass. */
  public static RunFigures of(StatsReport stats, Report report) {
    Map<String, Double> figures = new LinkedHashMap<>();
    if (stats.faults(FaultPath.VMA_LOCK) + stats.faults(FaultPath.MMAP_LOCK) >= FEWEST) {
      figures.put(FALLBACKS, 1 - stats.hitRate());
    }
    for (Timed what : Timed.values()) {
      Distribution of = stats.figures().times(what);
      if (stats.recorded().contains(what) && of.count() >= FEWEST) {
        figures.put(what.text() + ", mean", (double) of.sum() / of.count());
        figures.put(what.text() + ", p99", (double) of.percentile(99));
      }
    }
    Set<String> causes =
        report.findings().stream().filter(finding -> finding.certainty() == Report.Certainty.DEFINITE).map(Report.FindingReport::cause).collect(Collectors.toSet());
    return new RunFigures(stats.path(), figures, causes, stats.incomplete());
  }
}
