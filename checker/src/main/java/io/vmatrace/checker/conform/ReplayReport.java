package io.vmatrace.checker.conform;

import io.vmatrace.checker.report.Report;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of following one capture with a variant of the protocol.
 *
 * @param evidence E0 (tracepoints), E1 (probes) or E2 (probes with values)
 * @param variant the variant's name
 * @param reasons why no verdict can be given
 * @param compared outcomes that were compared with what the variant allows
 * @param secondWaits null where there is none and the capture does not say that one would show
 * @param outsiders values that no task of the capture explains, only one outside it (a reader of /proc/PID/maps)
 * @param undecided VMAs of which nothing could be said any more
 * @param returnsMissing returns of functions that must have been, and are not in the capture
 * @param conformsUpTo the last place before the first mismatch (a line of a text); null without a mismatch
 * @param refused how many outcomes do not fit
 * @param mismatches the first of them, at most {@value #MOST_SHOWN}
 * @param unreadable why the rest of the capture cannot be read, or null
 */
public record ReplayReport(
    String path,
    String format,
    Report.Kernel kernel,
    String evidence,
    String variant,
    Report.Input input,
    Verdict verdict,
    List<String> reasons,
    long steps,
    long compared,
    LookUps lookUps,
    FaultOutcomes faults,
    @Nullable SecondWaits secondWaits,
    long outsiders,
    long undecided,
    long returnsMissing,
    @Nullable Long conformsUpTo,
    long refused,
    List<QuotedMismatch> mismatches,
    @Nullable String unreadable) {
  /** Most mismatches that are shown. */
  public static final int MOST_SHOWN = 20;

  /** Whether the variant allows what was observed. */
  public enum Verdict {
    CONFORMS,
    DIVERGES,
    INCONCLUSIVE
  }

  /** Look-ups of a VMA under RCU, by their result. */
  public record LookUps(long granted, long refused) {}

  /**
   * Page faults, by how they went, compared with the outcomes that the step table allows after the events before their look-up's return.
   *
   * @param predicted one outcome was left, and it happened
   * @param allowed several were left, and one of them happened
   * @param refused it happened though none allowed it
   * @param undecided which were allowed is not known, or which happened
   * @param refusedAt where the capture is refused, whatever became of its faults: the place of the first mismatch; null without one
   */
  public record FaultOutcomes(
      List<Report.ReasonCount> predicted,
      List<Report.ReasonCount> allowed,
      List<Report.ReasonCount> refused,
      List<Report.ReasonCount> undecided,
      @Nullable Long refusedAt) {
    /** How many there are of some. */
    public static long count(List<Report.ReasonCount> of) {
      return of.stream().mapToLong(Report.ReasonCount::count).sum();
    }

    /** How many there are of all. */
    public long total() {
      return count(predicted) + count(allowed) + count(refused) + count(undecided);
    }
  }

  /** Second waits of a detach, and those for which a reader's temporary reference is there. */
  public record SecondWaits(long count, long explained) {}

  /**
   * An outcome that the variant does not allow.
   *
   * @param at where: a line of a text, an event's number in a binary capture
   * @param step the function whose step does not fit
   * @param state what was known of the VMA before it; empty when that does not matter
   * @param mm address, or null
   * @param vma address, or null
   * @param text the event in the capture's own words
   */
  public record QuotedMismatch(
      long at,
      String time,
      String step,
      String observed,
      String allowed,
      String state,
      @Nullable String mm,
      @Nullable String vma,
      int task,
      String comm,
      String text) {}
}
