package io.vmatrace.checker.conform;

import io.vmatrace.checker.conform.ReplayReport.FaultOutcomes;
import io.vmatrace.checker.conform.ReplayReport.LookUps;
import io.vmatrace.checker.conform.ReplayReport.QuotedMismatch;
import io.vmatrace.checker.conform.ReplayReport.SecondWaits;
import io.vmatrace.checker.conform.ReplayReport.Verdict;
import io.vmatrace.checker.evidence.Account;
import io.vmatrace.checker.evidence.Recorded;
import io.vmatrace.checker.mm.FaultPath;
import io.vmatrace.checker.mm.FaultReason;
import io.vmatrace.checker.protocol.Variant;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.run.Pass;
import io.vmatrace.parser.event.Op;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureFacts;
import io.vmatrace.parser.input.QuotedEvent;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the report of a capture that was followed with a variant. */
final class ReplayBuilder {
  /** What decides which lock a fault takes. */
  private static final Set<Op> DECIDING = EnumSet.of(Op.LOCK_VMA_UNDER_RCU, Op.VMA_START_WRITE);

  private static final String NOT_FOLLOWED =
      "what %s changes, when VMAs are locked and leave the tree, is not followed; only the lock that it shares with lock-store-detach is";

  private final Capture capture;
  private final CaptureFacts facts;
  private final Account account;
  private final Recorded recorded;
  private final Variant variant;
  private final ConformanceResult result;
  private final @Nullable String unreadable;

  ReplayBuilder(Pass pass, Variant variant, ConformanceResult result) {
    capture = pass.capture();
    facts = pass.facts();
    account = new Account(facts);
    recorded = pass.recorded();
    unreadable = pass.unreadable();
    this.variant = variant;
    this.result = result;
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
        variant.name(),
        account.input(),
        verdict,
        reasons,
        result.steps,
        result.values,
        new LookUps(result.granted, result.refused),
        faults(),
        recorded.showsSecondWaits() ? new SecondWaits(result.secondWaits, result.secondWaitsExplained) : null,
        result.outsiders,
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
    if (!variant.isOfAKernel()) {
      reasons.add(NOT_FOLLOWED.formatted(variant.name()));
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

  private FaultOutcomes faults() {
    Map<FaultReason, Long> right = result.faults.right();
    Map<FaultReason, Long> other = new EnumMap<>(result.faults.other());
    long predicted = right.values().stream().mapToLong(Long::longValue).sum();
    long total = predicted + other.values().stream().mapToLong(Long::longValue).sum();
    String whyNone = whyNonePredicted();
    if (whyNone == null) {
      return new FaultOutcomes(total, predicted, null, counts(right), counts(other));
    }
    right.forEach((reason, count) -> other.merge(reason, count, Long::sum));
    return new FaultOutcomes(total, null, whyNone, List.of(), counts(other));
  }

  /** Why nothing that happens before a page fault tells which lock it takes under the variant; null where something does. */
  private @Nullable String whyNonePredicted() {
    if (!variant.isOfAKernel()) {
      return NOT_FOLLOWED.formatted(variant.name());
    }
    return switch (variant.generation()) {
      case MMAP_LOCK -> null;
      case RWSEM -> "the write lock of its VMAs is inline, so no event shows when one is write-locked";
      case REFCOUNT, EXCLUDE_READERS ->
          recorded.ops().containsAll(DECIDING) ? null : "the look-ups and the write locks of VMAs are not recorded (lock_vma_under_rcu(), __vma_start_write())";
    };
  }

  private List<Report.ReasonCount> counts(Map<FaultReason, Long> faults) {
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
