package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.report.FindingGroup;
import io.vmatrace.checker.report.Report;
import io.vmatrace.parser.event.ClockUnit;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.KernelLog;
import io.vmatrace.parser.event.specs.FaultEvents;
import io.vmatrace.parser.event.specs.PageFaultEvents;
import io.vmatrace.parser.event.specs.SyscallEvents;
import io.vmatrace.parser.event.specs.VmaEvents;
import io.vmatrace.parser.input.CaptureFacts;
import io.vmatrace.parser.stat.ImportStats;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which mms a report lists: those that changed, had a fault, or that a task ran in; and what it makes of the events of one CPU. */
class ReportBuilderTest {
  private static final int TASK = 1;
  private static final long VMA = 0xff00000000002000L;

  private static List<Report.MmSummary> mms(Trace trace) throws Exception {
    return report(trace).mms();
  }

  private static Report report(Trace trace) throws Exception {
    CaptureFacts facts = new CaptureFacts("6.18.15", "mono", ClockUnit.NANOSECONDS, 4, -1, -1, null, new ImportStats(), true, KernelLog.NONE, Map.of());
    try (RecordedCapture capture = new RecordedCapture("trace", facts, trace.events())) {
      return Check.run(capture, new Check.Options(null, false), _ -> {});
    }
  }

  private static Trace reads(Trace trace, long time) {
    return trace.mmapReadLock(TASK, time).mmapReadUnlock(TASK, time + 2);
  }

  @Test
  void shouldNotListAnMmOfWhichNothingButItsAddressWasSeen() throws Exception {
    assertThat(mms(new Trace().event(VmaEvents.VM_AREA_ALLOC_RET, TASK, 1, Field.VMA, VMA, Field.MM, Trace.MM))).isEmpty();
    assertThat(mms(reads(new Trace(), 1))).isEmpty();
  }

  @Test
  void shouldListAnMmThatChanged() throws Exception {
    assertThat(mms(new Trace().mmapWriteLock(TASK, 1).mmapWriteUnlock(TASK, 3)))
        .singleElement()
        .isEqualTo(new Report.MmSummary("0xff00000000001000", List.of(), 0, new Report.FaultCounts(0, 0, 0, 0)));
  }

  @Test
  void shouldListAnMmThatATaskRanIn() throws Exception {
    Trace trace = reads(new Trace().event(SyscallEvents.SYS_ENTER_MADVISE, TASK, 1, Field.START, 0x5000L, Field.LENGTH, 0x1000L), 2);
    assertThat(mms(trace)).extracting(Report.MmSummary::tasks).containsExactly(List.of(TASK));
  }

  @Test
  void shouldListAnMmThatHadAFault() throws Exception {
    Trace trace = new Trace().event(PageFaultEvents.PAGE_FAULT_KERNEL, TASK, 1, Field.ADDRESS, 0x5000L, Field.FLAGS, 0L);
    reads(trace, 2)
        .event(FaultEvents.HANDLE_MM_FAULT, TASK, 6, Field.ADDRESS, 0x5000L, Field.FLAGS, 0x215L, Field.VMA, VMA, Field.MM, Trace.MM)
        .event(FaultEvents.HANDLE_MM_FAULT_RET, TASK, 7, Field.RET, 0L, Field.VMA, VMA, Field.ADDRESS, 0x5000L)
        .event(PageFaultEvents.PAGE_FAULT_KERNEL, TASK, 8, Field.ADDRESS, 0x6000L, Field.FLAGS, 0L);
    assertThat(mms(trace)).extracting(mm -> mm.faults().total()).allMatch(total -> total > 0).isNotEmpty();
  }

  /** A look-up gets a VMA that is write-locked, on the CPU of the writer; a system call ends, and another end of it has no begin. */
  private static Report readsWriteLocked(int ends) throws Exception {
    Trace trace = Trace.recordingAllOnOneCpu().event(SyscallEvents.SYS_ENTER_BRK, 5, 6);
    for (int i = 0; i < ends; i++) {
      trace.event(SyscallEvents.SYS_EXIT_BRK, 5, 7 + i, Field.RET, 0L);
    }
    trace.event(SyscallEvents.SYS_ENTER_MADVISE, TASK, 9, Field.START, 0x5000L, Field.LENGTH, 0x1000L);
    return report(trace.mmapWriteLock(TASK, 10).vmaWriteLock(TASK, 20, VMA).lookUp(2, 30, VMA).mmapWriteUnlock(TASK, 40).event(SyscallEvents.SYS_EXIT_MADVISE, TASK, 45, Field.RET, 0L).mmapWriteLock(TASK, 50).mmapWriteUnlock(TASK, 60));
  }

  @Test
  void shouldOnlySuspectByTheEventsOfOneCpuWhereThoseOfOthersAreMissing() throws Exception {
    Report whole = readsWriteLocked(1);
    assertThat(whole.verdict()).isEqualTo(Report.Verdict.VIOLATION);
    assertThat(whole.findings()).extracting(Report.FindingReport::rule).contains("R18");
    Report part = readsWriteLocked(2);
    assertThat(part.verdict()).isEqualTo(Report.Verdict.INCONCLUSIVE);
    assertThat(part.findings()).isEmpty();
    assertThat(part.rules()).anyMatch(rule -> rule.id().equals("R18") && rule.possible() == 1);
  }

  /** The file of a trace that goes on is another one when it is read again. */
  @Test
  void shouldReportAFindingWhoseEventIsNotThereAnyMore() throws Exception {
    Trace trace = new Trace().event(VmaEvents.VM_AREA_FREE, TASK, 1, Field.VMA, VMA, Field.MM, Trace.MM, Field.REFCNT, 1L);
    Report report = report(trace);
    assertThat(report.verdict()).isEqualTo(Report.Verdict.VIOLATION);
    assertThat(report.groups()).extracting(FindingGroup::cause).containsExactly("R59/unknown/unclear");
    assertThat(report.findings().getFirst().at().text()).contains("the capture has changed");
  }
}
