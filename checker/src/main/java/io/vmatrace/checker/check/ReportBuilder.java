package io.vmatrace.checker.check;

import io.vmatrace.checker.catalogue.KernelMessage;
import io.vmatrace.checker.evidence.Account;
import io.vmatrace.checker.evidence.Gaps;
import io.vmatrace.checker.evidence.Missing;
import io.vmatrace.checker.evidence.Recorded;
import io.vmatrace.checker.mm.FaultReason;
import io.vmatrace.checker.mm.FaultTally;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.OpPair;
import io.vmatrace.checker.recipe.NextTime;
import io.vmatrace.checker.reconstruct.MmReconstruction;
import io.vmatrace.checker.report.FindingGroup;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.Certainty;
import io.vmatrace.checker.report.Report.FaultCounts;
import io.vmatrace.checker.report.Report.Status;
import io.vmatrace.checker.report.Report.Verdict;
import io.vmatrace.checker.rule.RuleInfo;
import io.vmatrace.checker.run.Pass;
import io.vmatrace.parser.event.ClockUnit;
import io.vmatrace.parser.event.ConsoleReport;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureFacts;
import io.vmatrace.parser.stat.ImportStats;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Builds the report from capture, reconstruction and rules. */
final class ReportBuilder {
  /** So many reasons are told for which rules that were asked for could not be checked. */
  private static final int MOST_WHYS = 3;

  private final Capture capture;
  private final CaptureFacts facts;
  private final ImportStats stats;
  private final Account account;
  private final MmReconstruction reconstruction;
  private final RuleRun run;
  private final Check.Wanted wanted;
  private final @Nullable String unreadable;
  private final Recorded recorded;

  private final Gaps gaps;

  /** What the capture is missing. */
  private final List<String> incomplete;

  ReportBuilder(Pass pass, RuleRun run, Check.Wanted wanted) {
    this.capture = pass.capture();
    this.facts = pass.facts();
    this.stats = facts.stats();
    this.account = new Account(facts);
    this.reconstruction = pass.reconstruction();
    this.run = run;
    this.wanted = wanted;
    this.unreadable = pass.unreadable();
    this.recorded = pass.recorded();
    this.gaps = pass.gaps();
    this.incomplete = gaps.texts();
  }

  Report build() throws CaptureException {
    if (gaps.areAnywhere()) {
      run.lost(0);
    }
    List<Report.RuleResult> rules = run.tallies().stream().map(this::result).toList();
    List<Found> found = run.findings().stream().filter(this::isWanted).toList();
    Quotes.Quoted quoted = new Quotes(capture, account).of(found, further());
    List<Report.FindingReport> findings = wanted.stories() ? FindingStories.told(found, quoted, capture) : quoted.findings();
    List<FindingGroup> groups = wanted.gate().marked(FindingGroup.of(findings, quoted.further()));
    List<Report.RuleResult> judged = judged(rules, groups);
    boolean violated = judged.stream().anyMatch(Report.RuleResult::fails);
    List<String> reasons = reasons(rules);
    return new Report(
        capture.path(),
        capture.format(),
        capture.compression(),
        new Report.Kernel(recorded.release(), recorded.design()),
        facts.clockUnit() == ClockUnit.TICKS ? "ticks" : "seconds",
        recorded.evidence(),
        account.input(),
        violated ? Verdict.VIOLATION : reasons.isEmpty() ? Verdict.OK : Verdict.INCONCLUSIVE,
        reasons,
        counts(reconstruction.faults()),
        mms(),
        judged,
        findings,
        groups,
        facts.log().reports().stream().map(this::kernelReport).toList(),
        faultReasons(),
        InputProblems.of(account, reconstruction),
        stats.unknownNames().entrySet().stream().map(e -> new Report.NameCount(e.getKey(), e.getValue())).toList(),
        account.bytes(),
        unreadable,
        facts.cutShort(),
        quoted.marks());
  }

  /** The results in the order of the tallies, each with whether its violations count. */
  private List<Report.RuleResult> judged(List<Report.RuleResult> rules, List<FindingGroup> groups) {
    List<Report.RuleResult> judged = new ArrayList<>();
    for (int i = 0; i < rules.size(); i++) {
      RuleTally tally = run.tallies().get(i);
      judged.add(rules.get(i).failing(tally.violations() > 0 && wanted.gate().stops(tally.info(), tally.violations(), groups)));
    }
    return judged;
  }

  private Report.KernelReport kernelReport(ConsoleReport said) {
    Generation design = recorded.generation(said);
    Optional<KernelMessage> message = KernelMessage.of(said, design);
    return new Report.KernelReport(
        said.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'),
        said.title(),
        where(said),
        said.pid(),
        said.comm(),
        said.cpu(),
        said.release(),
        said.line(),
        message.map(KernelMessage::meaning).orElse(null),
        message.map(means -> means.rules(design)).orElse(List.of()),
        message.map(KernelMessage::source).orElse(null));
  }

  /** Where it happened; for a reference count, where it was counted. */
  private static @Nullable String where(ConsoleReport said) {
    boolean counting = "refcount_warn_saturate".equals(said.function()) && !said.frames().isEmpty();
    return counting ? said.frames().getFirst() : said.function();
  }

  private boolean isWanted(Found found) {
    return wanted.possible() || found.certainty() == Certainty.DEFINITE;
  }

  /** Definite findings that are not kept whole, by rule. */
  private Map<String, List<RuleTally.Further>> further() {
    Map<String, List<RuleTally.Further>> further = new TreeMap<>();
    run.tallies().forEach(tally -> further.put(tally.info().id(), tally.further()));
    return further;
  }

  private Report.RuleResult result(RuleTally tally) {
    RuleInfo info = tally.info();
    Missing missing = recorded.missing(info);
    boolean someStand = missing != null && !missing.ops().isEmpty() && tally.keepOnly(found -> recorded.supports(info, found.restsOn()));
    boolean heldWithoutReaders = missing != null && tally.checked() > 0 && tally.findings().isEmpty() && recorded.neverHappened(missing);
    if (missing != null && !someStand && !heldWithoutReaders) {
      tally.discard();
      return new Report.RuleResult(info.id(), info.summary(), Status.NOT_EVIDENCED, 0, 0, 0, missing.text(), false);
    }
    if (!someStand && !recorded.supportsHistory(info)) {
      tally.dropHistory(found -> recorded.supports(info, found.restsOn()));
    }
    tally.dropHistoryOf(mm -> !recorded.supportsHistory(info, mm));
    Unsettled unsettled = tally.unsettled();
    Status status = Status.HELD;
    String why = null;
    if (tally.violations() > 0) {
      status = Status.VIOLATED;
    } else if (!incomplete.isEmpty()) {
      status = Status.INCONCLUSIVE;
      why = "events are missing from the capture";
    } else if (unsettled != null) {
      status = Status.INCONCLUSIVE;
      why = unsettled.why();
    } else if (tally.checked() == 0) {
      status = Status.NOT_EVIDENCED;
      why = "what it is about never happened";
    }
    return new Report.RuleResult(info.id(), info.summary(), status, tally.checked(), tally.violations(), tally.possible(), why, false);
  }

  private List<String> reasons(List<Report.RuleResult> rules) {
    List<String> reasons = new ArrayList<>(incomplete);
    if (incomplete.isEmpty()) {
      Arrays.stream(Unsettled.values()).flatMap(unsettled -> reason(unsettled, rules)).forEach(reasons::add);
    }
    if (isLogWithoutEvents()) {
      reasons.add(NextTime.afterLog(facts.log(), stats.damaged() > 0));
      if (facts.log().releases().size() > 1) {
        reasons.add("the log is of several kernels, %s: the header names one, and each report its own".formatted(String.join(", ", facts.log().releases())));
      }
    } else if (facts.isText() && account.events() == 0 && stats.damaged() > 0) {
      reasons.add(NextTime.afterLinesWithoutFields());
    } else if (facts.isText() && gaps.isMuchDamaged() && !wanted.some() && rules.stream().allMatch(rule -> rule.status() == Status.NOT_EVIDENCED)) {
      reasons.add("nothing here that a rule could use, beside what the lines say that cannot be read");
    } else if (wanted.some() && rules.stream().allMatch(rule -> rule.status() == Status.NOT_EVIDENCED)) {
      reasons.add("none of the rules that were asked for could be checked: " + rules.stream().collect(Collectors.groupingBy(rule -> String.valueOf(rule.why()), LinkedHashMap::new, Collectors.mapping(Report.RuleResult::id, Collectors.joining(" "))))
          .entrySet().stream().limit(MOST_WHYS).map(why -> why.getValue() + ": " + why.getKey()).collect(Collectors.joining("; ")));
    } else if (rules.stream().allMatch(rule -> rule.status() == Status.NOT_EVIDENCED) && !recorded.isWhole(OpPair.MMAP_LOCK)) {
      reasons.add(gaps.unpaired() + ", so no rule could be checked" + Gaps.FILTERED);
    } else if (rules.stream().allMatch(rule -> rule.status() == Status.NOT_EVIDENCED)) {
      reasons.add(NextTime.afterCapture(recorded, facts.details().get("not every occurrence")));
    }
    return reasons;
  }

  private static Stream<String> reason(Unsettled unsettled, List<Report.RuleResult> rules) {
    String ids = rules.stream().filter(rule -> unsettled.why().equals(rule.why())).map(Report.RuleResult::id).collect(Collectors.joining(" "));
    return ids.isEmpty() ? Stream.of() : Stream.of(unsettled.reason(ids));
  }

  private boolean isLogWithoutEvents() {
    return capture.format().equals("kernel-log") && account.events() == 0;
  }

  private List<Report.MmSummary> mms() {
    List<Report.MmSummary> mms = new ArrayList<>();
    reconstruction.forEachMm(
        (mm, tasks) -> {
          if (mm.sectionsBegun() > 0 || mm.faults().total() > 0 || tasks.length > 0) {
            mms.add(summary(mm, tasks));
          }
        });
    return mms;
  }

  private static Report.MmSummary summary(MmState mm, int[] tasks) {
    return new Report.MmSummary(Quotes.address(mm.address()), Arrays.stream(tasks).boxed().toList(), mm.vmasSeen(), counts(mm.faults()));
  }

  private static FaultCounts counts(FaultTally tally) {
    return new FaultCounts(tally.total(), tally.vmaLock(), tally.mmapLock(), tally.unresolved());
  }

  private List<Report.ReasonCount> faultReasons() {
    return Arrays.stream(FaultReason.values())
        .filter(reconstruction.faultReasons()::containsKey)
        .map(r -> new Report.ReasonCount(pathName(r), r.text(), reconstruction.faultReasons().getOrDefault(r, 0L)))
        .toList();
  }

  private static String pathName(FaultReason reason) {
    return switch (reason.path()) {
      case VMA_LOCK -> "vmaLock";
      case MMAP_LOCK -> "mmapLock";
      case UNRESOLVED -> "unresolved";
    };
  }
}
