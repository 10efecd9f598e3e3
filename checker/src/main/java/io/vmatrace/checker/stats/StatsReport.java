package io.vmatrace.checker.stats;

import io.vmatrace.checker.mm.FaultPath;
import io.vmatrace.checker.mm.FaultReason;
import io.vmatrace.checker.report.Report;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What captures show of page faults and locks.
 *
 * @param path of the capture, or how many were added up
 * @param input how much of it was read and understood
 * @param incomplete what is missing from it, as check says it; none where it seems whole
 * @param inNanoseconds whether times are in nanoseconds, and not in ticks of the capture's clock
 * @param span from the first event to the last one, in that unit; of several captures added up
 * @param recorded what the capture can show
 * @param figures of the whole
 * @param mms those that have figures of their own
 * @param rest what all other mms have, and how many of those have exited
 * @param longest the longest waits and holds, by kind
 * @param unreadable why the rest of the capture cannot be read; or null
 */
public record StatsReport(
    String path, Report.Input input, List<String> incomplete, boolean inNanoseconds, long span, Set<Timed> recorded, boolean faultsRecorded, boolean storesRecorded, boolean refcntRecorded, CaptureFigures figures, List<Mm> mms, Rest rest, List<Stretch> longest,
    @Nullable String unreadable) {

  /** One mm: its address, the pids of the tasks that ran in it, its faults by path as check counts them, its figures, and its VMAs over time. */
  public record Mm(String address, List<Integer> pids, Map<FaultPath, Long> faults, CaptureFigures figures, VmaCount vmas) {}

  /** Everything of mms that are not named. */
  public record Rest(long exited, CaptureFigures figures) {}

  /** One of the longest waits or holds, with the names of the tasks. */
  public record Stretch(Timed what, long length, String ended, String comm, int pid, String mm, Caller caller, int holder, Caller holding) {}

  /** Page faults that were served under a lock. */
  public long faults(FaultPath path) {
    return figures.faults().entrySet().stream().filter(reason -> reason.getKey().path() == path).mapToLong(Map.Entry::getValue).sum();
  }

  /** The part of the faults whose path is told that the VMA lock served, 0 to 1; NaN where there are none. */
  public double hitRate() {
    double vmaLock = faults(FaultPath.VMA_LOCK);
    return vmaLock / (vmaLock + faults(FaultPath.MMAP_LOCK));
  }

  /** The ways of the page faults, the most frequent first. */
  public List<Map.Entry<FaultReason, Long>> reasons() {
    return figures.faults().entrySet().stream().sorted(Map.Entry.<FaultReason, Long>comparingByValue().reversed()).toList();
  }
}
