package io.vmatrace.checker.stats;

import io.vmatrace.checker.report.Report;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Adds up the figures of captures, of which it keeps none: as if all had been one, but for their mms and the longest of each. */
public final class MergedStats {
  /** Of so many incomplete captures the first thing that is missing is told. */
  private static final int MOST_INCOMPLETE = 5;

  private final CaptureFigures figures = new CaptureFigures(Collector.DIGITS);
  private final Set<Timed> recorded = EnumSet.noneOf(Timed.class);
  private boolean inNanoseconds;
  private boolean faultsRecorded;
  private boolean storesRecorded;
  private boolean refcntRecorded;
  private final List<String> incomplete = new ArrayList<>();
  private Report.@Nullable Input input;
  private long span;
  private int captures;
  private long notNamed;

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
    input = input == null ? report.input() : input.plus(report.input());
    report.incomplete().stream().limit(1).forEach(what -> addIncomplete("%s: %s".formatted(report.path(), what)));
    return true;
  }

  private void addIncomplete(String what) {
    if (incomplete.size() < MOST_INCOMPLETE) {
      incomplete.add(what);
    } else {
      notNamed++;
    }
  }

  /** How many captures have been added. */
  public int captures() {
    return captures;
  }

  /** The figures of all, of one at least; what one of them recorded counts as recorded. */
  public StatsReport report() {
    List<String> missing = new ArrayList<>(incomplete);
    if (notNamed > 0) {
      missing.add("%d further captures are incomplete".formatted(notNamed));
    }
    return new StatsReport(
        "%d captures".formatted(captures), Objects.requireNonNull(input, "no capture was added"), missing, inNanoseconds, span, recorded, faultsRecorded, storesRecorded, refcntRecorded, figures, List.of(),
        new StatsReport.Rest(0, new CaptureFigures(2)), List.of(), null);
  }
}
