package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.mm.Step;
import io.vmatrace.checker.reconstruct.MmReconstruction;
import io.vmatrace.checker.reconstruct.StepSink;
import io.vmatrace.checker.reconstruct.UnmarkedLoss;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.MmapLockEvents;
import io.vmatrace.parser.event.specs.SchedEvents;
import io.vmatrace.parser.event.specs.SyscallEvents;
import io.vmatrace.parser.event.specs.WriteLockEvents;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Events that are missing though no marker says so: the capture would contradict itself, or mm_lock_seq counts sections that it does not have. */
class UnmarkedLossesTest implements StepSink {
  private static final long VMA = 0xff00000000002000L;

  /** Its release is missing. */
  private static final int HOLDER = 2;

  /** A task of which nothing is seen but switches. */
  private static final int OTHER = 9;

  /** Whose CPU may have lost it. */
  private static final int SILENT = 3;

  /** Whose CPU has events throughout. */
  private static final int BUSY = 4;

  private final List<Long> lost = new ArrayList<>();
  private final Trace trace = new Trace();
  private long time = 1;

  @Override
  public void accept(Step step) {}

  @Override
  public void lost(long afterAt) {
    lost.add(afterAt);
  }

  private List<UnmarkedLoss> losses() {
    MmReconstruction reconstruction = trace.applied(this);
    reconstruction.finish();
    return reconstruction.unmarkedLosses();
  }

  private UnmarkedLossesTest calls(int task, int events) {
    for (int i = 0; i < events; i++) {
      EventKind kind = i % 2 == 0 ? SyscallEvents.SYS_ENTER_OTHER : SyscallEvents.SYS_EXIT_OTHER;
      trace.event(kind, task, time++);
    }
    return this;
  }

  private UnmarkedLossesTest locks(boolean write) {
    long writing = write ? 1 : 0;
    trace.event(MmapLockEvents.MMAP_LOCK_START_LOCKING, HOLDER, time++, Field.MM, Trace.MM, Field.WRITE, writing);
    trace.event(MmapLockEvents.MMAP_LOCK_ACQUIRE_RETURNED, HOLDER, time++, Field.MM, Trace.MM, Field.WRITE, writing, Field.SUCCESS, 1L);
    return this;
  }

  private UnmarkedLossesTest releases(boolean write) {
    trace.event(MmapLockEvents.MMAP_LOCK_RELEASED, HOLDER, time++, Field.MM, Trace.MM, Field.WRITE, write ? 1L : 0L);
    return this;
  }

  /** The holder's CPU switches from one task to another. */
  private UnmarkedLossesTest switches(int from, int to) {
    trace.event(HOLDER, SchedEvents.SCHED_SWITCH, from, time++, Field.STATE, (long) 'R', Field.PID, (long) to);
    return this;
  }

  @Test
  void shouldFindNoneWhereTheSwitchesOfItsCpuShowThatTheHolderStayed() {
    switches(OTHER, HOLDER).locks(true).calls(BUSY, 14).calls(SILENT, 1).calls(HOLDER, 1).switches(HOLDER, OTHER).switches(OTHER, HOLDER);
    assertThat(losses()).isEmpty();
  }

  /** As with perf -p, which records the switches from a task, with set_event_pid of another task, and with a filter. */
  @Test
  void shouldFindOneWhereSwitchesOfSomeTasksOnlyAreRecorded() {
    UnmarkedLoss loss = new UnmarkedLoss(SILENT, true, 18);
    assertThat(calls(BUSY, 1).locks(true).calls(BUSY, 14).calls(SILENT, 1).switches(OTHER, 0).calls(HOLDER, 1).losses()).containsExactly(loss);
  }

  @Test
  void shouldFindOneWhereNoSwitchShowsThatTheHolderLeavesItsCpu() {
    UnmarkedLoss loss = new UnmarkedLoss(SILENT, true, 18);
    assertThat(switches(OTHER, HOLDER).locks(true).calls(BUSY, 14).calls(SILENT, 1).calls(HOLDER, 1).losses()).containsExactly(loss);
  }

  @Test
  void shouldFindOneWhereASwitchShowsAnotherTaskToHaveBeenThere() {
    UnmarkedLoss loss = new UnmarkedLoss(SILENT, true, 18);
    switches(OTHER, HOLDER).locks(true).calls(BUSY, 14).calls(SILENT, 1).calls(HOLDER, 1).switches(OTHER, 0);
    assertThat(losses()).containsExactly(loss);
  }

  @Test
  void shouldFindThatABufferRanOverWhereACpuIsSilentForSixteenEventsAtTheBeginning() {
    assertThat(locks(true).calls(BUSY, 14).calls(SILENT, 1).calls(HOLDER, 1).losses()).containsExactly(new UnmarkedLoss(SILENT, true, 17));
    assertThat(lost).containsExactly(0L);
  }

  @Test
  void shouldFindNoneWhereItIsSilentForFifteen() {
    assertThat(locks(true).calls(BUSY, 13).calls(SILENT, 1).calls(HOLDER, 1).losses()).isEmpty();
    assertThat(lost).isEmpty();
  }

  @Test
  void shouldFindThatABufferWasFullWhereACpuIsSilentForSixteenEventsAtTheEnd() {
    assertThat(calls(SILENT, 1).locks(true).calls(BUSY, 13).calls(HOLDER, 1).losses()).containsExactly(new UnmarkedLoss(SILENT, false, 1));
    assertThat(lost).containsExactly(1L);
  }

  @Test
  void shouldFindNoneWhereItIsSilentForFifteenAtTheEnd() {
    assertThat(calls(SILENT, 1).locks(true).calls(BUSY, 12).calls(HOLDER, 1).losses()).isEmpty();
    assertThat(lost).isEmpty();
  }

  @Test
  void shouldFindNoneWhereTheCpuHasEventsOnBothSidesOfTheContradiction() {
    assertThat(calls(SILENT, 1).calls(BUSY, 20).locks(true).calls(HOLDER, 1).calls(BUSY, 2).calls(SILENT, 1).losses()).isEmpty();
  }

  @Test
  void shouldFindWhatExplainsASecondAcquisition() {
    assertThat(locks(false).calls(BUSY, 14).calls(SILENT, 1).locks(false).losses()).containsExactly(new UnmarkedLoss(SILENT, true, 17));
  }

  @Test
  void shouldFindWhatExplainsAReleaseOfTheOtherSide() {
    assertThat(locks(false).calls(BUSY, 14).calls(SILENT, 1).releases(true).losses()).hasSize(1);
    assertThat(lost).isNotEmpty();
  }

  @Test
  void shouldFindWhatExplainsAReleaseOfWhatWasNeverTaken() {
    assertThat(calls(HOLDER, 2).calls(BUSY, 14).calls(SILENT, 1).releases(true).losses()).containsExactly(new UnmarkedLoss(SILENT, true, 17));
  }

  @Test
  void shouldFindNothingWhereNothingContradicts() {
    assertThat(locks(false).releases(false).locks(true).releases(true).calls(BUSY, 20).calls(SILENT, 1).calls(HOLDER, 1).losses()).isEmpty();
    assertThat(lost).isEmpty();
  }

  /** The holder write-locks a VMA in a section of its own, where mm_lock_seq is as given. */
  private UnmarkedLossesTest section(long mmSeq) {
    locks(true);
    trace.event(WriteLockEvents.VMA_START_WRITE, HOLDER, time++, Field.VMA, VMA, Field.MM, Trace.MM, Field.REFCNT, 1L, Field.LOCK_SEQ, 1L, Field.MM_SEQ, mmSeq);
    return releases(true);
  }

  @Test
  void shouldLoseWhatIsAfterTheLastValueWhereMmLockSeqCountsMoreSectionsThanThereAre() {
    section(5).section(7).locks(true).releases(true).section(11).losses();
    assertThat(lost).isEmpty();
    section(15).losses();
    assertThat(lost).containsExactly(14L);
  }
}
