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
 * @param secondWaits null where no event would show one
 * @param outsiders values that no task of the capture explains, only one outside it (a reader of /proc/PID/maps)
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
   * Page faults.
   *
   * @param predicted those whose lock the events before their look-up's return decided under the variant, and that took it; null where that
   *     cannot be told
   * @param whyNone why it cannot, or null
   * @param outcomes how those went
   * @param unpredicted how the others went
   */
  public record FaultOutcomes(
      long total, @Nullable Long predicted, @Nullable String whyNone, List<Report.ReasonCount> outcomes, List<Report.ReasonCount> unpredicted) {}

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
