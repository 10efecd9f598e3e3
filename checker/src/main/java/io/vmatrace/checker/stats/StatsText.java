package io.vmatrace.checker.stats;

import io.vmatrace.checker.mm.FaultPath;
import io.vmatrace.checker.report.Page;
import io.vmatrace.checker.report.Style;
import io.vmatrace.checker.stats.StatsReport.Mm;
import io.vmatrace.checker.stats.StatsReport.Stretch;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** CaptureFigures for people, 80 columns wide. */
public final class StatsText {
  private static final int MOST_MMS = 10;
  private static final int MOST_LONGEST = 3;
  private static final int MOST_CALLS = 5;

  private final StatsReport report;
  private final Style style;
  private final Page page;

  private StatsText(StatsReport report, Style style) {
    this.report = report;
    this.style = style;
    page = new Page(style);
  }

  /** The figures as text, ending in a newline. */
  public static String write(StatsReport report, Style style) {
    return new StatsText(report, style).write();
  }

  private String write() {
    page.line(style.strong(report.path()));
    page.line("  %s from the first event to the last".formatted(length(report.span())));
    report.incomplete().forEach(what -> page.wrapped("  incomplete  ", " ".repeat(14), style.doubtful(what)));
    faults();
    times();
    callers();
    longest();
    tree();
    mms();
    return page.text();
  }

  private void heading(String text) {
    page.line("");
    page.line(style.strong(text));
  }

  private void faults() {
    if (!report.faultsRecorded()) {
      heading("Page faults: not recorded");
      return;
    }
    long locked = report.faults(FaultPath.VMA_LOCK) + report.faults(FaultPath.MMAP_LOCK);
    heading("Page faults  %,d%s".formatted(
        locked + report.faults(FaultPath.UNRESOLVED),
        locked == 0 ? "" : ": %.2f %% of those told are under the VMA lock".formatted(100 * report.hitRate())));
    for (var reason : report.reasons()) {
      page.wrapped("  %,10d  %-10s ".formatted(reason.getValue(), path(reason.getKey().path())), " ".repeat(23), reason.getKey().text());
    }
  }

  private static String path(FaultPath path) {
    return switch (path) {
      case VMA_LOCK -> "VMA lock";
      case MMAP_LOCK -> "mmap_lock";
      case UNRESOLVED -> "unresolved";
    };
  }

  private void times() {
    heading("%-31s %7s %9s %9s %9s %9s".formatted("Times", "number", "p50", "p90", "p99", "longest"));
    for (Timed what : Timed.values()) {
      Distribution of = report.figures().times(what);
      if (!report.recorded().contains(what)) {
        page.line("  %-29s not recorded".formatted(what.text()));
      } else {
        page.line(row(what.text(), of));
      }
    }
    if (report.refcntRecorded()) {
      page.wrapped("  ", "  ", "%,d of %,d write locks found a reader counted in vm_refcnt when they began".formatted(report.figures().writeLocksThatMetReaders(), report.figures().writeLocksSampled()));
    }
  }

  private String row(String name, Distribution of) {
    if (of.count() == 0) {
      return "  %-29s %,7d".formatted(name, 0);
    }
    return "  %-29s %,7d %9s %9s %9s %9s".formatted(
        name, of.count(), length(of.percentile(50)), length(of.percentile(90)), length(of.percentile(99)), length(of.longest()));
  }

  /** What held the mmap_lock, by the time that it did so. */
  private void callers() {
    for (boolean write : new boolean[] {true, false}) {
      Map<Caller, Distribution> holds = report.figures().holds(write);
      if (!holds.isEmpty()) {
        heading("mmap_lock held to %s, in all, by what held it".formatted(write ? "write" : "read"));
        holds.entrySet().stream()
            .sorted(Map.Entry.comparingByValue(Comparator.comparingLong(Distribution::sum).reversed()))
            .forEach(of -> page.line("  %-14s %9s  %,8d times  p99 %8s  longest %8s".formatted(
                of.getKey().text(), length(of.getValue().sum()), of.getValue().count(), length(of.getValue().percentile(99)), length(of.getValue().longest()))));
        report.figures().otherCalls(write).entrySet().stream()
            .sorted(Map.Entry.comparingByValue(Comparator.comparingLong(Distribution::sum).reversed()))
            .limit(MOST_CALLS)
            .forEach(of -> page.line("    of other, %-28s %9s  %,8d times".formatted(of.getKey(), length(of.getValue().sum()), of.getValue().count())));
      }
    }
  }

  private void longest() {
    if (!report.longest().isEmpty()) {
      heading("The longest");
      Map<Timed, Integer> shown = new EnumMap<>(Timed.class);
      for (Stretch of : report.longest()) {
        if (shown.merge(of.what(), 1, Integer::sum) > MOST_LONGEST) {
          continue; // JSON has them
        }
        String holder = of.holder() == 0 ? "" : "; held by %d%s when it asked".formatted(of.holder(), in(of.holding()));
        page.wrapped("  %9s  ".formatted(length(of.length())), " ".repeat(13),
            "%s: %s-%d%s, to %s%s".formatted(of.what().text(), of.comm(), of.pid(), in(of.caller()), of.ended(), holder));
      }
    }
  }

  private void tree() {
    heading("VMA tree");
    page.line(report.storesRecorded()
        ? "  %,d stores of VMAs, %,d clears that made an event".formatted(report.figures().stores(), report.figures().clears())
        : "  not recorded");
  }

  private void mms() {
    if (report.mms().isEmpty()) {
      return;
    }
    List<Mm> largest = report.mms().stream().sorted(Comparator.comparingLong(StatsText::events).reversed()).toList();
    heading("Address spaces  %d%s".formatted(report.mms().size() + report.rest().exited(), largest.size() > MOST_MMS ? ", the busiest" : ""));
    largest.stream().limit(MOST_MMS).forEach(this::mm);
  }

  private static long events(Mm mm) {
    return mm.faults().values().stream().mapToLong(Long::longValue).sum() + mm.figures().times(Timed.WRITE_HOLD).count() + mm.figures().times(Timed.READ_HOLD).count();
  }

  private void mm(Mm mm) {
    page.wrapped("  %s  ".formatted(mm.address()), " ".repeat(22), "%s; faults: %,d under the VMA lock, %,d under the mmap_lock, %,d unresolved".formatted(
        mm.pids().size() == 1 ? "task " + mm.pids().getFirst() : "%d tasks".formatted(mm.pids().size()),
        mm.faults().getOrDefault(FaultPath.VMA_LOCK, 0L), mm.faults().getOrDefault(FaultPath.MMAP_LOCK, 0L), mm.faults().getOrDefault(FaultPath.UNRESOLVED, 0L)));
    held(mm, Timed.WRITE_HOLD, "to write");
    held(mm, Timed.READ_HOLD, "to read");
    if (mm.vmas().most() > 0) {
      page.line("    VMAs stored in the capture and still there: %d at the end, %d at most".formatted(mm.vmas().last(), mm.vmas().most()));
    }
  }

  private void held(Mm mm, Timed what, String how) {
    Distribution of = mm.figures().times(what);
    if (of.count() > 0) {
      page.wrapped("    ", "      ", "mmap_lock held %s %,d times, %s in all, p99 %s, longest %s".formatted(how, of.count(), length(of.sum()), length(of.percentile(99)), length(of.longest())));
    }
  }

  /** A length of time in three digits or so. */
  private String length(long length) {
    return report.inNanoseconds() ? Lengths.text(length) : Long.toString(length);
  }

  /** {@code  in mremap()}; nothing where it is not known what a task did. */
  private static String in(Caller caller) {
    return caller == Caller.OTHER ? "" : " in " + caller.text();
  }
}
