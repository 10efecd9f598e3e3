package io.vmatrace.checker.report;

import io.vmatrace.checker.report.Report.Accounting;
import io.vmatrace.checker.report.Report.Certainty;
import io.vmatrace.checker.report.Report.Evidence;
import io.vmatrace.checker.report.Report.FaultCounts;
import io.vmatrace.checker.report.Report.FindingReport;
import io.vmatrace.checker.report.Report.Input;
import io.vmatrace.checker.report.Report.InputProblem;
import io.vmatrace.checker.report.Report.Kernel;
import io.vmatrace.checker.report.Report.KernelReport;
import io.vmatrace.checker.report.Report.MmSummary;
import io.vmatrace.checker.report.Report.NameCount;
import io.vmatrace.checker.report.Report.Quote;
import io.vmatrace.checker.report.Report.ReasonCount;
import io.vmatrace.checker.report.Report.RuleResult;
import io.vmatrace.checker.report.Report.Status;
import io.vmatrace.checker.report.Report.Verdict;
import io.vmatrace.checker.rule.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reports made by hand, so that no rule, capture or kernel changes what is written of them. */
public final class ReportSamples {
  private static final FaultCounts FAULTS = new FaultCounts(100, 90, 9, 1);

  /** What prctl(PR_SET_NAME) takes: bytes. */
  private static final String ODD_COMM = "\u0001\u001b[1m#%,:\r]]>\ud800\u0085";

  private ReportSamples() {}

  /** A capture of which everything held. */
  public static Report clean() {
    return report("clean.txt", Verdict.OK, List.of(), List.of());
  }

  /** A capture that can be judged only in part. */
  public static Report inconclusive() {
    return report("lost.txt", Verdict.INCONCLUSIVE, List.of("7 events were lost"), List.of());
  }

  /** A capture with so many findings. */
  public static Report broken(int findings) {
    List<FindingReport> all = new ArrayList<>();
    for (int i = 1; i <= findings; i++) {
      all.add(finding(1000 + i, "vm_area_free", "workload"));
    }
    return report("broken.txt", Verdict.VIOLATION, List.of(), all);
  }

  /** A capture and a task whose names hold all that a format may stumble over. */
  public static Report odd() {
    return report("odd #1\u001b[31m, a:b%0A::error::<x>]]>.txt", Verdict.VIOLATION, List.of(), List.of(finding(7, "vm_area_free", ODD_COMM)));
  }

  /** A capture with so many findings, each of a cause of its own. */
  public static Report manyCauses(int findings) {
    List<FindingReport> all = new ArrayList<>();
    for (int i = 1; i <= findings; i++) {
      all.add(finding(1000 + i, "event_" + i, "workload"));
    }
    return report("causes.txt", Verdict.VIOLATION, List.of(), all);
  }

  /** A binary capture with a finding. */
  public static Report binary() {
    Quote at = new Quote(null, 4_096, "16.000001000", 1, 212, "workload", "vm_area_free", 0, "vm_area_free: vma=0xff3358c342514300", null);
    FindingReport finding = new FindingReport("R59@9", "R59", Severity.MEMORY_SAFETY, Certainty.POSSIBLE, "a VMA is freed while it is attached", null, null, null, 0, List.of(at), "R59/vm_area_free", 0, "events may be missing before it", null);
    Report of = report("perf.data", Verdict.OK, List.of(), List.of(finding));
    return with(of, of.groups(), new RuleResult("R59", "only a detached VMA is freed", Status.HELD, 60, 0, 1, null, false), null);
  }

  /** A capture of a broken kernel whose cause a baseline has. */
  public static Report known() {
    Report of = report("known.txt", Verdict.OK, List.of(), List.of(finding(7, "vm_area_free", "workload")));
    return with(of, of.groups().stream().map(FindingGroup::ofBaseline).toList(), of.rules().getLast().failing(false), null);
  }

  /** A capture on which no rule could be checked. */
  public static Report unchecked() {
    Report of = report("nothing.txt", Verdict.INCONCLUSIVE, List.of("no rule could be checked: # record more"), List.of());
    List<RuleResult> none = of.rules().stream().map(rule -> new RuleResult(rule.id(), rule.summary(), Status.NOT_EVIDENCED, 0, 0, 0, "not in the capture", false)).toList();
    return withRules(of, none);
  }

  /** A capture of a broken kernel whose end cannot be read. */
  public static Report cutShort() {
    Report of = report("cut.txt", Verdict.VIOLATION, List.of(), List.of(finding(7, "vm_area_free", "workload")));
    return with(of, of.groups(), of.rules().getLast(), "cut.txt: the file is damaged at byte 99");
  }

  private static Report withRules(Report of, List<RuleResult> rules) {
    return new Report(
        of.path(), of.format(), of.compression(), of.kernel(), of.clock(), of.evidence(), of.input(), of.verdict(), of.reasons(), of.faults(), of.mms(), rules, of.findings(),
        of.groups(), of.kernelReports(), of.faultReasons(), of.problems(), of.unknownNames(), of.accounting(), of.unreadable(), of.cutShort(), of.marks());
  }

  private static Report with(Report of, List<FindingGroup> groups, RuleResult last, @Nullable String unreadable) {
    List<RuleResult> rules = new ArrayList<>(of.rules().subList(0, of.rules().size() - 1));
    rules.add(last);
    return new Report(
        of.path(), of.format(), of.compression(), of.kernel(), of.clock(), of.evidence(), of.input(), of.verdict(), of.reasons(), of.faults(), of.mms(), rules, of.findings(),
        groups, of.kernelReports(), of.faultReasons(), of.problems(), of.unknownNames(), of.accounting(), unreadable, of.cutShort(), of.marks());
  }

  private static FindingReport finding(long line, String event, String comm) {
    Quote before = quote(line - 1, "vma_mark_detached", "comm with \"quotes\" and \u00e9\u20ac", "the VMA was attached");
    Quote at = quote(line, event, comm, null);
    return new FindingReport(
        "R59@" + line,
        "R59",
        Severity.MEMORY_SAFETY,
        Certainty.DEFINITE,
        "a VMA is freed while it is attached",
        "0xff3358c34106b100",
        "0xff3358c342514300",
        "0x400000-0x401000",
        3,
        List.of(before, at),
        "R59/" + event,
        1,
        null,
        null);
  }

  private static Quote quote(long line, String event, String comm, @Nullable String role) {
    String text = "%s-212 [001] d..2. 16.%06d: %s: (%s+0x4/0x90) vma=0xff3358c342514300".formatted(comm, line, event, event);
    return new Quote(line, line * 100, "16.%06d000".formatted(line), 1, 212, comm, event, 8, text, role);
  }

  private static Report report(String path, Verdict verdict, List<String> reasons, List<FindingReport> findings) {
    return new Report(
        path,
        "ftrace-text",
        null,
        new Kernel("7.2.13", "exclude-readers"),
        "seconds",
        Evidence.E2,
        new Input(123_456, 2_000L, 1_500, 1_400, 60, 40, 0, verdict == Verdict.INCONCLUSIVE ? 7 : 0, 0),
        verdict,
        reasons,
        FAULTS,
        List.of(new MmSummary("0xff3358c34106b100", List.of(212, 213), 40, FAULTS)),
        List.of(
            new RuleResult("R18", "a reader sees no write lock", Status.HELD, 90, 0, 0, null, false),
            new RuleResult("R33", "a waiting writer is woken", Status.NOT_EVIDENCED, 0, 0, 0, "what it is about never happened", false),
            new RuleResult("R59", "only a detached VMA is freed", findings.isEmpty() ? Status.HELD : Status.VIOLATED, 60, findings.size(), 0, null, !findings.isEmpty())),
        findings,
        FindingGroup.of(findings, Map.of()),
        List.of(new KernelReport("bug", "BUG: KASAN: slab-use-after-free", "lock_vma_under_rcu", 212, "workload", 1, null, 9, null, List.of(), null)),
        List.of(new ReasonCount("vmaLock", "under the VMA lock", 90)),
        List.of(new InputProblem("line without an event", 2, "line 7", "...", "it was left out")),
        List.of(new NameCount("my_event", 40)),
        new Accounting(456, 120_000, 2_000, 1_000, 0),
        null,
        null,
        List.of());
  }
}
