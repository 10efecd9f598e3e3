package io.vmatrace.checker.info;

import io.vmatrace.checker.recipe.Advice;
import io.vmatrace.checker.report.Report.Accounting;
import io.vmatrace.checker.report.Report.Evidence;
import io.vmatrace.checker.report.Report.Input;
import io.vmatrace.checker.report.Report.InputProblem;
import io.vmatrace.checker.report.Report.Kernel;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a capture is. Plain data; {@link InfoText} and {@link InfoJson} write it.
 *
 * @param path as given, or "standard input"
 * @param ground why it was recognised as its format
 * @param clock the trace clock's name, or null when the capture does not say
 * @param inSeconds whether its times are seconds; else they are counts
 * @param machineCpus CPUs of the machine, or 0 when not said
 * @param cpus CPUs that had events, ascending
 * @param span null when there is no event
 * @param overwritten events that the header says were overwritten before the first one here
 * @param losses where events are missing, in the capture's order; the first {@value LossPlaces#MOST}
 * @param pointers raw, hashed, mixed or none
 * @param details what else it says about itself
 * @param unreadable why it could not be read to its end; null when it could
 * @param cutShort what is missing at its end; null when nothing is
 */
public record InfoReport(
    String path,
    String format,
    String ground,
    @Nullable String compression,
    Kernel kernel,
    @Nullable String clock,
    boolean inSeconds,
    int machineCpus,
    List<Integer> cpus,
    @Nullable Span span,
    Evidence evidence,
    String pointers,
    List<EventCount> events,
    Input input,
    Accounting accounting,
    long overwritten,
    List<Loss> losses,
    List<InputProblem> problems,
    Map<String, String> details,
    List<RuleEvidence> rules,
    Advice advice,
    @Nullable String unreadable,
    @Nullable String cutShort) {

  /** Times of the first and the last event and what lies between, as strings of seconds with nine decimals, or of counts. */
  public record Span(String first, String last, String length) {}

  /** How events of a name are used. */
  public enum Use {
    DECODED,
    IGNORED,
    UNKNOWN
  }

  /** Events of one name, the kind's own where it is known. */
  public record EventCount(String name, Use use, long count) {}

  /**
   * Where events are missing.
   *
   * @param cpu on which CPU, or null when not said
   * @param count how many, or 0 when not said
   * @param after the last event before it, of that CPU if it is known; null when there is none
   * @param before the first event after it; null when there is none
   */
  public record Loss(String what, @Nullable Integer cpu, long count, @Nullable Place after, @Nullable Place before) {}

  /** An event's line, or its number in a binary capture, and its time. */
  public record Place(long at, String time) {}

  /** Whether the capture can evidence a rule, and why not. */
  public record RuleEvidence(String id, String summary, boolean evidenced, @Nullable String why) {}
}
