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
final class ReportSamples {
  private static final FaultCounts FAULTS = new FaultCounts(100, 90, 9, 1);

  private ReportSamples() {}

  /** A capture of which everything held. */
  static Report clean() {
    return report("clean.txt", Verdict.OK, List.of(), List.of());
  }

  /** A capture that can be judged only in part. */
  static Report inconclusive() {
    return report("lost.txt", Verdict.INCONCLUSIVE, List.of("7 events were lost"), List.of());
  }

  /** A capture with so many findings. */
  static Report broken(int findings) {
    List<FindingReport> all = new ArrayList<>();
    for (int i = 1; i <= findings; i++) {
      all.add(finding(1000 + i));
    }
    return report("broken.txt", Verdict.VIOLATION, List.of(), all);
  }

  private static FindingReport finding(long line) {
    Quote before = quote(line - 1, "vma_mark_detached", "comm with \"quotes\" and \u00e9\u20ac", "the VMA was attached");
    Quote at = quote(line, "vm_area_free", "workload", null);
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
        List.of(before, at));
  }

  private static Quote quote(long line, String event, String comm, @Nullable String role) {
    String text = "%s-212 [001] d..2. 16.%06d: %s: (%s+0x4/0x90) vma=0xff3358c342514300".formatted(comm, line, event, event);
    return new Quote(line, line * 100, "16.%06d000".formatted(line), 1, 212, comm, event, text, role);
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
            new RuleResult("R18", "a reader sees no write lock", Status.HELD, 90, 0, 0, null),
            new RuleResult("R33", "a waiting writer is woken", Status.NOT_EVIDENCED, 0, 0, 0, "what it is about never happened"),
            new RuleResult("R59", "only a detached VMA is freed", findings.isEmpty() ? Status.HELD : Status.VIOLATED, 60, findings.size(), 0, null)),
        findings,
        FindingGroup.of(findings, Map.of()),
        List.of(new KernelReport("bug", "BUG: KASAN: slab-use-after-free", "lock_vma_under_rcu", 212, "workload", 1, 9, null, List.of(), null)),
        List.of(new ReasonCount("vmaLock", "under the VMA lock", 90)),
        List.of(new InputProblem("line without an event", 2, "line 7", "...", "it was left out")),
        List.of(new NameCount("my_event", 40)),
        new Accounting(456, 120_000, 2_000, 1_000, 0),
        null,
        null);
  }
}
