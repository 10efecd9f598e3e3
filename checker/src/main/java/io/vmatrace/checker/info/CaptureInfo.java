package io.vmatrace.checker.info;

import io.vmatrace.checker.catalogue.Rules;
import io.vmatrace.checker.evidence.Advisor;
import io.vmatrace.checker.evidence.General;
import io.vmatrace.checker.evidence.Missing;
import io.vmatrace.checker.evidence.Recorded;
import io.vmatrace.checker.info.InfoReport.RuleEvidence;
import io.vmatrace.checker.info.InfoReport.Span;
import io.vmatrace.checker.mm.Generation;
import io.vmatrace.checker.reconstruct.MmReconstruction;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.rule.Rule;
import io.vmatrace.checker.rule.RuleInfo;
import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.event.ClockUnit;
import io.vmatrace.parser.event.EventNames;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureFacts;
import io.vmatrace.parser.input.CaptureLimits;
import io.vmatrace.parser.input.QuotedEvent;
import io.vmatrace.parser.stat.ImportStats;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** {@code vmatrace info} on one capture. */
public final class CaptureInfo {
  private final Capture capture;
  private final CaptureFacts facts;
  private final ImportStats stats;
  private final Survey survey;
  private final Recorded recorded;
  private final @Nullable String unreadable;

  private CaptureInfo(Capture capture, Survey survey, Recorded recorded, @Nullable String unreadable) {
    this.capture = capture;
    this.facts = capture.facts();
    this.stats = facts.stats();
    this.survey = survey;
    this.recorded = recorded;
    this.unreadable = unreadable;
  }

  /**
   * Reads a capture and says what it is.
   *
   * @param path a file, or - for standard input
   * @param kernelRelease uname -r of the kernel that made it, where the user says it; what the capture shows goes first
   * @param names what its events are called
   * @param progress told how many bytes of the file have been read, now and then
   * @throws CaptureException when nothing of the capture can be read
   */
  public static InfoReport run(String path, @Nullable String kernelRelease, EventNames names, LongConsumer progress) throws CaptureException {
    try (Capture capture = Captures.open(path, CaptureLimits.DEFAULT, names)) {
      Survey survey = new Survey();
      MmReconstruction reconstruction = new MmReconstruction(survey);
      String unreadable = decode(capture, survey, reconstruction, progress);
      survey.finishing();
      reconstruction.finish();
      String shown = capture.facts().kernelRelease();
      return new CaptureInfo(capture, survey, Recorded.of(reconstruction, shown != null ? shown : kernelRelease), unreadable).report();
    }
  }

  private static @Nullable String decode(Capture capture, Survey survey, MmReconstruction reconstruction, LongConsumer progress) {
    try {
      capture.decode(
          batch -> {
            survey.see(batch);
            reconstruction.apply(batch);
            return true;
          },
          false,
          progress);
      return null;
    } catch (CaptureException e) {
      return e.getMessage();
    }
  }

  private InfoReport report() {
    List<RuleInfo> rules = Rules.all().stream().map(Rule::info).toList();
    List<Integer> cpus = survey.losses().cpus();
    return new InfoReport(
        capture.path(),
        capture.format(),
        capture.ground(),
        capture.compression(),
        new Report.Kernel(recorded.release(), recorded.design()),
        facts.clock(),
        facts.clockUnit() == ClockUnit.NANOSECONDS,
        facts.cpus(),
        cpus,
        span(),
        recorded.evidence(),
        pointers(),
        survey.counts(stats),
        input(),
        new Report.Accounting(stats.headerBytes(), stats.decodedBytes(), stats.ignoredBytes(), stats.unknownBytes(), stats.damagedBytes()),
        overwritten(),
        survey.losses().all(this::time),
        stats.problems().stream()
            .map(p -> new Report.InputProblem(p.stat().text(), p.count(), place(p.firstPlace()), p.example(), p.stat().help()))
            .toList(),
        facts.details(),
        rules.stream().map(this::evidence).toList(),
        new Advisor(recorded, hint()).advise(rules, General.steps(facts, lost(), cpus.size(), survey.hasUntracedTasks())),
        unreadable,
        facts.cutShort());
  }

  private @Nullable Span span() {
    return survey.isEmpty() ? null : new Span(time(survey.first()), time(survey.last()), time(survey.last() - survey.first()));
  }

  /** Seconds with nine decimals, so that no reader rounds them; ticks as they are. */
  private String time(long time) {
    return facts.clockUnit() == ClockUnit.TICKS ? Long.toString(time) : "%d.%09d".formatted(time / 1_000_000_000, time % 1_000_000_000);
  }

  private String place(long place) {
    return (facts.isText() ? "line " : "byte ") + place;
  }

  private String pointers() {
    if (stats.hasHashedPointers()) {
      return stats.hasRawPointers() ? "mixed" : "hashed";
    }
    return stats.hasRawPointers() ? "raw" : "none";
  }

  private Report.Input input() {
    return new Report.Input(
        stats.bytes(),
        facts.isText() ? stats.lines() : null,
        stats.decoded() + stats.ignored() + stats.unknown(),
        stats.decoded(),
        stats.ignored(),
        stats.unknown(),
        stats.damaged(),
        lost());
  }

  private long lost() {
    return stats.lost() + overwritten();
  }

  private long overwritten() {
    return facts.entriesInBuffer() < 0 ? 0 : Math.max(0, facts.entriesWritten() - facts.entriesInBuffer());
  }

  private RuleEvidence evidence(RuleInfo rule) {
    Missing missing = recorded.missing(rule);
    return new RuleEvidence(rule.id(), rule.summary(), missing == null, missing == null ? null : missing.text());
  }

  /** mmap_lock events print a memcg's path to 6.13 or so, and its number after that (protocol.md 1.1). */
  private @Nullable Generation hint() {
    if (recorded.generation() != null || survey.firstLockAt() == 0) {
      return null;
    }
    try {
      List<QuotedEvent> quoted = capture.quote(new long[] {survey.firstLockAt()});
      boolean path = quoted.stream().anyMatch(event -> event.text().contains(" memcg_path="));
      return path ? Generation.RWSEM : null;
    } catch (CaptureException _) {
      return null; // it could be read once; without a hint the advice is for newer kernels
    }
  }
}
