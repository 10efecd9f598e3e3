package io.vmatrace.checker.check;

import io.vmatrace.checker.catalogue.KernelMessage;
import io.vmatrace.checker.evidence.Account;
import io.vmatrace.checker.evidence.GivenCpus;
import io.vmatrace.checker.evidence.Missing;
import io.vmatrace.checker.evidence.Recorded;
import io.vmatrace.checker.evidence.ReleaseLogged;
import io.vmatrace.checker.mm.FaultReason;
import io.vmatrace.checker.mm.FaultTally;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.mm.OpPair;
import io.vmatrace.checker.recipe.NextTime;
import io.vmatrace.checker.reconstruct.MmReconstruction;
import io.vmatrace.checker.reconstruct.UnmarkedLoss;
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
import io.vmatrace.parser.stat.ImportStat;
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

  /** The CPUs that alone were to be recorded, or null. */
  private final @Nullable String onlyCpus;

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
    this.onlyCpus = GivenCpus.leavingOutOthers(facts);
  }

  Report build() throws CaptureException {
    if (onlyOneCpu() || lacksLines() || onlyCpus != null || facts.log().dumpedBy().size() > 1) {
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

  /** A machine of several CPUs, events of one, and calls or holds whose begins or ends other CPUs must have: what those did is missing. */
  private boolean onlyOneCpu() {
    return facts.cpus() != 1 && reconstruction.cpusSeen() == 1 && reconstruction.unpairedEvents(recorded.isWhole(OpPair.MMAP_LOCK)) > 0;
  }

  /** The header promises more events than there are, and it is not the end that is cut off. */
  private boolean lacksLines() {
    boolean cutAtTheEnd = stats.problems().stream().anyMatch(problem -> problem.stat() == ImportStat.CUT_SHORT);
    return facts.cutShort() != null && !cutAtTheEnd && facts.entriesInBuffer() > account.events() + stats.damaged();
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
    } else if (isIncomplete()) {
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

  private boolean isIncomplete() {
    return account.lost() > 0 || stats.damaged() > 0 || facts.cutShort() != null || unreadable != null || reconstruction.timeWentBack() > 0
        || onlyOneCpu()
        || onlyCpus != null
        || facts.isNewestOnly()
        || facts.log().dumpedBy().size() > 1
        || reconstruction.tears() > 0
        || !unmarkedLosses().isEmpty();
  }

  private List<String> reasons(List<Report.RuleResult> rules) {
    List<String> reasons = new ArrayList<>();
    if (unreadable != null) {
      reasons.add("the rest cannot be read: " + unreadable);
    }
    if (account.lost() > 0) {
      reasons.add(account.lostText(capture.format()));
    }
    if (facts.cutShort() != null) {
      reasons.add(facts.cutShort());
    }
    if (stats.damaged() > 0) {
      String what = facts.isText() ? "lines" : "places";
      reasons.add("%d %s cannot be read, the first is %s".formatted(stats.damaged(), what, account.place(firstDamage())));
    }
    if (facts.log().dumpedBy().size() > 1) {
      reasons.add("dumps of several kernels are in the log, %s: give each its own file".formatted(String.join(" and ", facts.log().dumpedBy())));
    }
    if (reconstruction.timeWentBack() > 0) {
      reasons.add(
          "time goes back %d times, first at %s: the capture is not in order".formatted(reconstruction.timeWentBack(), account.place(reconstruction.wentBackAt())));
    }
    if (facts.isNewestOnly()) {
      reasons.add("perf kept the newest events only, and nothing says how many there were before: record without --overwrite, and with a larger buffer (-m)");
    }
    if (onlyCpus != null) {
      reasons.add("perf recorded CPU %s only, and not what tasks did on the others: record without -C".formatted(onlyCpus));
    } else if (onlyOneCpu()) {
      reasons.add("only one CPU is in it, and calls or holds have no begin or no end there: where tasks were on other CPUs too, give the whole trace, not per_cpu/cpuN/trace; where an event filter was set, record without it");
    }
    if (reconstruction.tears() > 0 && unmarkedLosses().isEmpty() && !onlyOneCpu() && account.lost() == 0) {
      reasons.add(
          "events are missing after %s, where %s (%d such places in all): recording was off for a while, or events were filtered or dropped%s"
              .formatted(
                  account.place(reconstruction.firstTornSince()),
                  reconstruction.firstTorn(),
                  reconstruction.tears(),
                  facts.clockUnit() == ClockUnit.TICKS ? "; or the trace clock does not tell their order, as uptime, which counts jiffies" : ""));
    }
    unmarkedLosses().forEach(loss -> reasons.add(reason(loss)));
    if (!isIncomplete()) {
      Arrays.stream(Unsettled.values()).flatMap(unsettled -> reason(unsettled, rules)).forEach(reasons::add);
    }
    if (isLogWithoutEvents()) {
      reasons.add(NextTime.afterLog(facts.log(), stats.damaged() > 0));
    } else if (facts.isText() && account.events() == 0 && stats.damaged() > 0) {
      reasons.add(NextTime.afterLinesWithoutFields());
    } else if (wanted.some() && rules.stream().allMatch(rule -> rule.status() == Status.NOT_EVIDENCED)) {
      reasons.add("none of the rules that were asked for could be checked: " + rules.stream().collect(Collectors.groupingBy(rule -> String.valueOf(rule.why()), LinkedHashMap::new, Collectors.mapping(Report.RuleResult::id, Collectors.joining(" "))))
          .entrySet().stream().limit(MOST_WHYS).map(why -> why.getValue() + ": " + why.getKey()).collect(Collectors.joining("; ")));
    } else if (rules.stream().allMatch(rule -> rule.status() == Status.NOT_EVIDENCED) && !recorded.isWhole(OpPair.MMAP_LOCK)) {
      reasons.add(
          "the events of the mmap_lock do not fit together (%d acquisitions, %d releases), so no rule could be checked: an event filter, or events that were off for a while"
              .formatted(OpPair.MMAP_LOCK.begun(recorded.counts()), OpPair.MMAP_LOCK.ended(recorded.counts())));
    } else if (rules.stream().allMatch(rule -> rule.status() == Status.NOT_EVIDENCED)) {
      reasons.add(NextTime.afterCapture(recorded, facts.details().get("not every occurrence")));
    }
    return reasons;
  }

  /** Where releases may be logged late, holds contradict each other anyway. */
  private List<UnmarkedLoss> unmarkedLosses() {
    return recorded.releases() == ReleaseLogged.BEFORE_THE_UNLOCK ? reconstruction.unmarkedLosses() : List.of();
  }

  private static Stream<String> reason(Unsettled unsettled, List<Report.RuleResult> rules) {
    String ids = rules.stream().filter(rule -> unsettled.why().equals(rule.why())).map(Report.RuleResult::id).collect(Collectors.joining(" "));
    return ids.isEmpty() ? Stream.of() : Stream.of(unsettled.reason(ids));
  }

  private String reason(UnmarkedLoss loss) {
    boolean first = loss.isAtItsBeginning();
    String ftrace = "its buffer %s, so use a larger one (buffer_size_kb)".formatted(first ? "ran over" : "was full");
    return "CPU %d has no events %s %s, and holds of the mmap_lock contradict each other without them: %s"
        .formatted(
            loss.cpu(),
            first ? "before" : "after",
            account.place(loss.at()),
            Account.isOfPerf(capture.format()) ? "perf record took samples only (-F or -c), or its buffer was too small (-m)" : ftrace);
  }

  private boolean isLogWithoutEvents() {
    return capture.format().equals("kernel-log") && account.events() == 0;
  }

  private long firstDamage() {
    return stats.problems().stream()
        .filter(p -> p.stat().isDamage())
        .mapToLong(ImportStats.Problem::firstPlace)
        .min()
        .orElse(0);
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
