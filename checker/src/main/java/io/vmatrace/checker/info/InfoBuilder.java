package io.vmatrace.checker.info;

import io.vmatrace.checker.catalogue.Rules;
import io.vmatrace.checker.evidence.Account;
import io.vmatrace.checker.evidence.Missing;
import io.vmatrace.checker.evidence.Recorded;
import io.vmatrace.checker.info.InfoReport.RuleEvidence;
import io.vmatrace.checker.info.InfoReport.Span;
import io.vmatrace.checker.recipe.Advisor;
import io.vmatrace.checker.recipe.RecordingBasics;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.rule.RuleInfo;
import io.vmatrace.checker.run.Pass;
import io.vmatrace.parser.event.ClockUnit;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureFacts;
import io.vmatrace.parser.input.QuotedEvent;
import io.vmatrace.parser.stat.ImportStats;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts together what a capture says about itself, what was counted in it and what it lacks. */
final class InfoBuilder {
  private final Capture capture;
  private final CaptureFacts facts;
  private final Account account;
  private final Survey survey;
  private final Recorded recorded;
  private final @Nullable String unreadable;

  InfoBuilder(Pass pass, Survey survey) {
    this.capture = pass.capture();
    this.facts = pass.facts();
    this.account = new Account(facts);
    this.survey = survey;
    this.recorded = pass.recorded();
    this.unreadable = pass.unreadable();
  }

  InfoReport build() {
    List<RuleInfo> rules = Rules.infos();
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
        survey.counts(facts.stats()),
        account.input(),
        account.bytes(),
        account.overwritten(),
        survey.losses().all(account::time),
        account.problems(),
        facts.details(),
        rules.stream().map(this::evidence).toList(),
        new Advisor(recorded, hint()).advise(rules, RecordingBasics.steps(facts, account.lost(), cpus.size(), survey.hasUntracedTasks())),
        unreadable,
        facts.cutShort());
  }

  private @Nullable Span span() {
    return survey.isEmpty() ? null : new Span(account.time(survey.first()), account.time(survey.last()), account.time(survey.last() - survey.first()));
  }

  private String pointers() {
    ImportStats stats = facts.stats();
    if (stats.hasHashedPointers()) {
      return stats.hasRawPointers() ? "mixed" : "hashed";
    }
    return stats.hasRawPointers() ? "raw" : "none";
  }

  private RuleEvidence evidence(RuleInfo rule) {
    Missing missing = recorded.missing(rule);
    return new RuleEvidence(rule.id(), rule.summary(), missing == null, missing == null ? null : missing.text());
  }

  /** mmap_lock events print a memcg's path to 6.13 or so, and its number after that (docs/PROTOCOL.md, Telling the generation). */
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
