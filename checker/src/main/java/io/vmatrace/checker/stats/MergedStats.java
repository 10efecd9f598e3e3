package io.vmatrace.checker.stats;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Adds up the figures of captures, of which it keeps none: as if all had been one, but for their mms and the longest of each. */
public final class MergedStats {
  private final CaptureFigures figures = new CaptureFigures(Collector.DIGITS);
  private final Set<Timed> recorded = EnumSet.noneOf(Timed.class);
  private boolean inNanoseconds;
  private boolean faultsRecorded;
  private boolean storesRecorded;
  private boolean refcntRecorded;
  private long span;
  private int captures;

  /**
   * Adds a capture.
   *
   * @return false where its clock counts in another unit than those before: then nothing is added
   */
  public boolean add(StatsReport report) {
    if (captures > 0 && report.inNanoseconds() != inNanoseconds) {
      return false;
    }
    captures++;
    inNanoseconds = report.inNanoseconds();
    figures.add(report.figures());
    recorded.addAll(report.recorded());
    faultsRecorded |= report.faultsRecorded();
    storesRecorded |= report.storesRecorded();
    refcntRecorded |= report.refcntRecorded();
    span += report.span();
    return true;
  }

  /** How many captures have been added. */
  public int captures() {
    return captures;
  }

  /** The figures of all; what one of them recorded counts as recorded. */
  public StatsReport report() {
    return new StatsReport(
        "%d captures".formatted(captures), inNanoseconds, span, recorded, faultsRecorded, storesRecorded, refcntRecorded, figures, List.of(),
        new StatsReport.Rest(0, new CaptureFigures(2)), List.of(), null);
  }
}
