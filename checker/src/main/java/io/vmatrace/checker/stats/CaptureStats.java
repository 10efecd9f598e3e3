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
import java.util.stream.LongStream;
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
    collector.finish();
    pass.reconstruction().faultReasons().forEach(collector.all()::fault);
    Recorded recorded = pass.recorded();
    Map<Long, QuotedEvent> quotes = quotes(pass.capture());
    nameCalls(pass.capture(), quotes);
    Account account = new Account(pass.facts());
    report = new StatsReport(
        pass.capture().path(),
        account.input(),
        incomplete(pass),
        pass.facts().clockUnit() == ClockUnit.NANOSECONDS,
        times.last() - times.first(),
        recorded(recorded),
        recorded.ops().contains(Op.PAGE_FAULT),
        recorded.ops().contains(Op.MAS_STORE),
        collector.all().writeLocksSampled() > 0,
        collector.all(),
        mms(pass),
        new StatsReport.Rest(collector.othersFolded(), collector.others()),
        stretches(quotes, account::time),
        pass.unreadable());
  }

  private List<String> incomplete(Pass pass) {
    List<String> incomplete = new ArrayList<>(pass.gaps().ofFigures());
    if (collector.givenUp > 0) {
      incomplete.add("what %,d tasks had begun is not timed, because memory for so many is short: record sched:sched_process_exit too".formatted(collector.givenUp));
    }
    return incomplete;
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
    if (recorded.showsSecondWaits() && recorded.wouldShow(Op.VMA_EXCLUDE_READERS_FOR_DETACH_RET)) {
      told.add(Timed.SECOND_WAIT);
    }
    return told;
  }

  /**
   * Reads again, once for all of them, the events where the longest waits and holds ended, and where system calls began that held an mmap_lock and
   * are none of those that are counted by themselves.
   */
  private Map<Long, QuotedEvent> quotes(Capture capture) throws CaptureException {
    long[] ats = LongStream.concat(collector.longest().stream().mapToLong(Longest.Stretch::at), collector.otherCalls().places()).sorted().distinct().toArray();
    Map<Long, QuotedEvent> quotes = new HashMap<>();
    if (ats.length > 0) {
      capture.quote(ats).forEach(event -> quotes.put(event.at(), event));
    }
    return quotes;
  }

  private void nameCalls(Capture capture, Map<Long, QuotedEvent> quotes) {
    SystemCallNames names = new SystemCallNames(capture.preamble().architecture());
    collector.otherCalls().name(at -> {
      QuotedEvent begin = quotes.get(at);
      return begin == null ? null : names.of(begin);
    });
  }

  private List<Mm> mms(Pass pass) {
    Map<MmState, int[]> pids = new HashMap<>();
    pass.reconstruction().forEachMm((mm, tasks) -> pids.put(mm, tasks));
    List<Mm> mms = new ArrayList<>();
    collector.mms().forEach((mm, of) ->
        mms.add(new Mm(address(of.address), Arrays.stream(pids.getOrDefault(mm, new int[0])).boxed().toList(), faults(mm.faults()), of.figures, of.vmas)));
    return mms;
  }

  private static String address(long mm) {
    return "0x" + Long.toHexString(mm);
  }

  private static Map<FaultPath, Long> faults(FaultTally tally) {
    Map<FaultPath, Long> faults = new EnumMap<>(FaultPath.class);
    faults.put(FaultPath.VMA_LOCK, tally.vmaLock());
    faults.put(FaultPath.MMAP_LOCK, tally.mmapLock());
    faults.put(FaultPath.UNRESOLVED, tally.unresolved());
    return faults;
  }

  /** The longest, with the times at which they ended and the names of the tasks. */
  private List<Stretch> stretches(Map<Long, QuotedEvent> quotes, LongFunction<String> time) {
    List<Stretch> stretches = new ArrayList<>();
    for (Longest.Stretch of : collector.longest()) {
      QuotedEvent end = quotes.get(of.at());
      if (end != null) {
        stretches.add(new Stretch(of.what(), of.length(), time.apply(end.time()), end.comm(), of.pid(), address(of.mm()), of.caller(), of.holder(), of.holding()));
      }
    }
    return stretches;
  }
}
