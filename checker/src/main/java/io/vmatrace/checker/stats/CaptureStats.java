package io.vmatrace.checker.stats;

import io.vmatrace.checker.evidence.Account;
import io.vmatrace.checker.evidence.Recorded;
import io.vmatrace.checker.mm.FaultPath;
import io.vmatrace.checker.mm.FaultTally;
import io.vmatrace.checker.mm.MmState;
import io.vmatrace.checker.reconstruct.StepSink;
import io.vmatrace.checker.run.Analysis;
import io.vmatrace.checker.run.EventTimes;
import io.vmatrace.checker.run.Pass;
import io.vmatrace.checker.stats.StatsReport.Mm;
import io.vmatrace.checker.stats.StatsReport.Stretch;
import io.vmatrace.parser.event.ClockUnit;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.Op;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.QuotedEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** {@code vmatrace stats} on one capture: how its page faults were served, and how long its locks were waited for and held. */
public final class CaptureStats implements Analysis {
  private final Collector collector = new Collector();
  private final EventTimes times = new EventTimes();
  private @Nullable StatsReport report;

  @Override
  public StepSink steps() {
    return collector;
  }

  @Override
  public boolean batch(EventBatch events) {
    times.see(events);
    return true;
  }

  @Override
  public void end(Pass pass) throws CaptureException {
    pass.reconstruction().faultReasons().forEach(collector.all()::fault);
    Recorded recorded = pass.recorded();
    nameCalls(pass.capture());
    report = new StatsReport(
        pass.capture().path(),
        pass.facts().clockUnit() == ClockUnit.NANOSECONDS,
        times.last() - times.first(),
        recorded(recorded),
        recorded.ops().contains(Op.PAGE_FAULT),
        recorded.ops().contains(Op.MAS_STORE),
        collector.all().writeLocksSampled() > 0,
        collector.all(),
        mms(pass),
        new StatsReport.Rest(collector.othersFolded(), collector.others()),
        stretches(pass.capture(), new Account(pass.facts())::time),
        pass.unreadable());
  }

  /** The figures, once the pass is over. */
  public StatsReport report() {
    return Objects.requireNonNull(report, "the pass is not over");
  }

  /** What can be told of, whether it happened or not. */
  private static Set<Timed> recorded(Recorded recorded) {
    Set<Timed> told = EnumSet.noneOf(Timed.class);
    for (Timed what : Timed.values()) {
      if (what.isShownBy(recorded.ops())) {
        told.add(what);
      }
    }
    if (!recorded.ops().contains(Op.TASK_SLEEPS)) {
      told.remove(Timed.READERS_LEAVE);
    }
    if (recorded.showsSecondWaits()) {
      told.add(Timed.SECOND_WAIT);
    }
    return told;
  }

  /** Reads again where system calls begin that held an mmap_lock and are none of those that are counted by themselves. */
  private void nameCalls(Capture capture) throws CaptureException {
    long[] ats = collector.otherCalls().places();
    if (ats.length > 0) {
      SystemCallNames names = new SystemCallNames(capture.preamble().architecture());
      Map<Long, String> calls = new HashMap<>();
      capture.quote(ats).forEach(event -> calls.put(event.at(), names.of(event)));
      collector.otherCalls().name(calls::get);
    }
  }

  private List<Mm> mms(Pass pass) {
    Map<MmState, int[]> pids = new HashMap<>();
    pass.reconstruction().forEachMm((mm, tasks) -> pids.put(mm, tasks));
    List<Mm> mms = new ArrayList<>();
    collector.mms().forEach((mm, of) ->
        mms.add(new Mm(of.address, Arrays.stream(pids.getOrDefault(mm, new int[0])).boxed().toList(), faults(mm.faults()), of.figures, of.vmas)));
    return mms;
  }

  private static Map<FaultPath, Long> faults(FaultTally tally) {
    Map<FaultPath, Long> faults = new EnumMap<>(FaultPath.class);
    faults.put(FaultPath.VMA_LOCK, tally.vmaLock());
    faults.put(FaultPath.MMAP_LOCK, tally.mmapLock());
    faults.put(FaultPath.UNRESOLVED, tally.unresolved());
    return faults;
  }

  /** Reads the events again where the longest ones ended, for their times and tasks. */
  private List<Stretch> stretches(Capture capture, LongFunction<String> time) throws CaptureException {
    List<Longest.Stretch> longest = collector.longest();
    long[] ats = longest.stream().mapToLong(Longest.Stretch::at).sorted().distinct().toArray();
    Map<Long, QuotedEvent> ends = new HashMap<>();
    if (ats.length > 0) {
      capture.quote(ats).forEach(event -> ends.put(event.at(), event));
    }
    List<Stretch> stretches = new ArrayList<>();
    for (Longest.Stretch of : longest) {
      QuotedEvent end = ends.get(of.at());
      if (end != null) {
        stretches.add(new Stretch(of.what(), of.length(), time.apply(end.time()), end.comm(), of.pid(), of.mm(), of.caller(), of.holder(), of.holding()));
      }
    }
    return stretches;
  }
}
