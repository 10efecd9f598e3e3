package io.vmatrace.checker.conform;

import io.vmatrace.checker.conform.FaultPredictions.Score;
import io.vmatrace.checker.conform.ReplayReport.FaultOutcomes;
import io.vmatrace.checker.conform.ReplayReport.LookUps;
import io.vmatrace.checker.conform.ReplayReport.QuotedMismatch;
import io.vmatrace.checker.conform.ReplayReport.SecondWaits;
import io.vmatrace.checker.conform.ReplayReport.Verdict;
import io.vmatrace.checker.evidence.Account;
import io.vmatrace.checker.evidence.Recorded;
import io.vmatrace.checker.mm.FaultPath;
import io.vmatrace.checker.mm.FaultReason;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.run.Pass;
import io.vmatrace.checker.steps.Design;
import io.vmatrace.parser.event.Op;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureFacts;
import io.vmatrace.parser.input.QuotedEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the report of a capture that was followed with a variant. */
final class ReplayBuilder {
  private final Capture capture;
  private final CaptureFacts facts;
  private final Account account;
  private final Recorded recorded;
  private final Conformance conformance;
  private final Design design;
  private final ConformanceResult result;
  private final @Nullable String unreadable;

  ReplayBuilder(Pass pass, Conformance conformance) {
    capture = pass.capture();
    facts = pass.facts();
    account = new Account(facts);
    recorded = pass.recorded();
    unreadable = pass.unreadable();
    this.conformance = conformance;
    design = conformance.design();
    result = conformance.result();
  }

  ReplayReport build() throws CaptureException {
    List<String> reasons = reasons();
    List<Mismatch> mismatches = result.mismatches();
    Verdict verdict = !mismatches.isEmpty() ? Verdict.DIVERGES : reasons.isEmpty() ? Verdict.CONFORMS : Verdict.INCONCLUSIVE;
    List<QuotedMismatch> refused = quoted(mismatches.subList(0, Math.min(mismatches.size(), ReplayReport.MOST_SHOWN)));
    return new ReplayReport(
        capture.path(),
        capture.format(),
        new Report.Kernel(recorded.release(), recorded.design()),
        recorded.evidence().name(),
        design.name(),
        account.input(),
        verdict,
        reasons,
        result.steps,
        result.values,
        new LookUps(result.granted, result.refused),
        faults(refused.isEmpty() ? null : refused.get(0).at()),
        recorded.showsSecondWaits() ? new SecondWaits(result.secondWaits, result.secondWaitsExplained) : null,
        result.outsiders,
        result.undecided,
        result.returnsMissing,
        refused.isEmpty() ? null : refused.get(0).at() - 1,
        result.mismatchCount(),
        refused,
        unreadable);
  }

  private List<String> reasons() {
    List<String> reasons = new ArrayList<>();
    if (result.values == 0) {
      reasons.add("nothing here that the engine could compare: record probes on the functions of the VMA lock (vmatrace info says which)");
    }
    List<String> unseen = conformance.unseen();
    if (result.values > 0 && !unseen.isEmpty()) {
      reasons.add("what %s decides is not recorded, or the kernel has none: %s".formatted(design.name(), String.join(", ", unseen)));
    }
    if (account.lost() > 0) {
      reasons.add(account.lostText(capture.format()));
    }
    if (facts.cutShort() != null) {
      reasons.add(facts.cutShort());
    }
    if (facts.stats().damaged() > 0) {
      reasons.add("%d lines or records are damaged".formatted(facts.stats().damaged()));
    }
    return reasons;
  }

  private FaultOutcomes faults(@Nullable Long refusedAt) {
    return new FaultOutcomes(counts(Score.PREDICTED), counts(Score.ALLOWED), counts(Score.REFUSED), counts(Score.UNDECIDED), refusedAt);
  }

  private List<Report.ReasonCount> counts(Score score) {
    Map<FaultReason, Long> faults = conformance.faults().of(score);
    boolean lockRecorded = recorded.ops().contains(Op.MMAP_READ_LOCK);
    return faults.entrySet().stream().map(outcome -> count(outcome.getKey(), outcome.getValue(), lockRecorded)).toList();
  }

  /**
   * A kernel access that takes no lock has page faults disabled: do_user_addr_fault() stops there
   * (arch/x86/mm/fault.c faulthandler_disabled(), 6.18). This shows only where the mmap_lock was recorded.
   */
  private static Report.ReasonCount count(FaultReason reason, long count, boolean lockRecorded) {
    boolean disabled = reason == FaultReason.NO_LOCK_SEEN && lockRecorded;
    String text = disabled ? "kernel access with page faults disabled: no lock is asked for" : reason.text();
    return new Report.ReasonCount(path(reason.path(), disabled), text, count);
  }

  private static String path(FaultPath path, boolean disabled) {
    return disabled ? "none" : switch (path) {
      case VMA_LOCK -> "vmaLock";
      case MMAP_LOCK -> "mmapLock";
      case UNRESOLVED -> "unresolved";
    };
  }

  private List<QuotedMismatch> quoted(List<Mismatch> mismatches) throws CaptureException {
    long[] ats = mismatches.stream().mapToLong(mismatch -> mismatch.moment().at()).sorted().distinct().toArray();
    Map<Long, QuotedEvent> quotes = new LinkedHashMap<>();
    capture.quote(ats).forEach(quote -> quotes.put(quote.at(), quote));
    return mismatches.stream().map(mismatch -> refused(mismatch, quotes.get(mismatch.moment().at()))).toList();
  }

  private QuotedMismatch refused(Mismatch mismatch, @Nullable QuotedEvent quote) {
    return new QuotedMismatch(
        quote != null && facts.isText() ? quote.line() : mismatch.moment().at(),
        account.time(mismatch.moment().time()),
        mismatch.step(),
        mismatch.observed(),
        mismatch.allowed(),
        mismatch.state(),
        address(mismatch.mm()),
        address(mismatch.vma()),
        mismatch.task(),
        quote == null ? "" : quote.comm(),
        quote == null ? "" : quote.text());
  }

  private static @Nullable String address(long address) {
    return address == 0 ? null : "0x" + Long.toHexString(address);
  }
}
