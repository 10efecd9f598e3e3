package io.vmatrace.checker.evidence;

import io.vmatrace.checker.report.Report;
import io.vmatrace.parser.input.CaptureFacts;
import io.vmatrace.parser.stat.ImportStats;
import java.util.List;

/**
 * The accounting of a capture's bytes and events, in every report.
 *
 * @param facts what the capture says about itself, when it has been decoded
 */
public record Account(CaptureFacts facts) {
  private static final String PERFETTO = "perfetto";

  /** Lines, events and losses, counted. */
  public Report.Input input() {
    ImportStats stats = facts.stats();
    return new Report.Input(
        stats.bytes(),
        facts.isText() ? stats.lines() : null,
        events(),
        stats.decoded(),
        stats.ignored(),
        stats.unknown(),
        stats.damaged(),
        lost() - stats.uncountedLosses(),
        stats.uncountedLosses());
  }

  /**
   * Says how many events were lost, and what to do so that the next recording loses none.
   *
   * @param format the capture's: what perf recorded was lost by perf
   */
  public String lostText(String format) {
    if (isOfPerf(format) && lost() == facts.stats().uncountedLosses()) {
      return "the kernel paused an event that came too often (throttling), and does not say how many are missing: raise the sysctl kernel.perf_event_max_sample_rate";
    }
    boolean perfetto = format.equals(PERFETTO);
    return "%s while recording: use a larger buffer (%s)".formatted(lostText(), perfetto ? "ftrace_config.buffer_size_kb, and size_kb of buffers" : isOfPerf(format) ? "perf record -m" : "buffer_size_kb");
  }

  /** Whether perf recorded a capture of this format. */
  public static boolean isOfPerf(String format) {
    return format.startsWith("perf") && !format.equals(PERFETTO);
  }

  private String lostText() {
    long uncounted = facts.stats().uncountedLosses();
    long counted = lost() - uncounted;
    if (uncounted == 0) {
      return "%d events were lost".formatted(counted);
    }
    return counted == 0 ? "events were lost, how many is not said," : "%d events were lost, and more of which nothing says how many".formatted(counted);
  }

  /** Events that could be read, known or not. */
  public long events() {
    ImportStats stats = facts.stats();
    return stats.decoded() + stats.ignored() + stats.unknown();
  }

  /** Where each byte went. */
  public Report.Accounting bytes() {
    ImportStats stats = facts.stats();
    return new Report.Accounting(stats.headerBytes(), stats.decodedBytes(), stats.ignoredBytes(), stats.unknownBytes(), stats.damagedBytes());
  }

  /** What was wrong with the input. */
  public List<Report.InputProblem> problems() {
    return facts.stats().problems().stream()
        .map(p -> new Report.InputProblem(p.stat().text(), p.count(), place(p.firstPlace()), p.example(), p.stat().help()))
        .toList();
  }

  /** A place of the input, for a person. */
  public String place(long place) {
    return (facts.isText() ? "line " : "byte ") + place;
  }

  /** An event's place ({@link io.vmatrace.parser.event.EventBatch#at}), for a person. */
  public String event(long at) {
    return (facts.isText() ? "line " : "event ") + at;
  }

  /** A time in the clock's unit. */
  public String time(long time) {
    return facts.clockUnit().text(time);
  }

  /** Events that are gone: those that markers name, and those that the header says were overwritten. */
  public long lost() {
    return facts.stats().lost() + overwritten();
  }

  /** Events that the header says were overwritten before the first one here. */
  public long overwritten() {
    return facts.entriesInBuffer() < 0 ? 0 : Math.max(0, facts.entriesWritten() - facts.entriesInBuffer());
  }
}
