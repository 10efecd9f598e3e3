package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.catalogue.Rules;
import io.vmatrace.checker.mm.FaultReason;
import io.vmatrace.checker.reconstruct.MmReconstruction;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.FaultEvents;
import io.vmatrace.parser.event.specs.LookUpEvents;
import io.vmatrace.parser.event.specs.MapleTreeEvents;
import io.vmatrace.parser.event.specs.PageFaultEvents;
import io.vmatrace.parser.event.specs.SyscallEvents;
import io.vmatrace.parser.event.specs.WriteLockEvents;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Why a fault fell back to the mmap_lock: what the look-up that was refused had met. */
class FaultReasonsTest {
  private static final long VMA = 0xff00000000002000L;
  private static final long ADDRESS = 0x5000L;

  /** So many of one task are kept in doubt: FaultsInDoubt.MOST. */
  private static final long IN_DOUBT = 1 << 14;

  private static final int WRITER = 1;
  private static final int READER = 2;

  /** The reader's look-up is refused, and its fault is served under the mmap_lock. */
  private static Trace refused(Trace trace, long time) {
    trace.event(PageFaultEvents.PAGE_FAULT_USER, READER, time, Field.ADDRESS, ADDRESS, Field.FLAGS, 6L);
    return trace.event(LookUpEvents.LOCK_VMA_UNDER_RCU, READER, time + 1, Field.MM, Trace.MM, Field.ADDRESS, ADDRESS).lookedUp(READER, time + 2, 0);
  }

  private static Map<FaultReason, Long> served(Trace trace, long time) {
    trace
        .mmapReadLock(READER, time)
        .event(FaultEvents.HANDLE_MM_FAULT, READER, time + 2, Field.ADDRESS, ADDRESS, Field.FLAGS, 0x255L, Field.VMA, VMA, Field.MM, Trace.MM)
        .event(FaultEvents.HANDLE_MM_FAULT_RET, READER, time + 3, Field.RET, 0L, Field.VMA, VMA, Field.ADDRESS, ADDRESS)
        .mmapReadUnlock(READER, time + 4);
    return reasons(trace);
  }

  private static Map<FaultReason, Long> reasons(Trace trace) {
    MmReconstruction reconstruction = trace.applied(new RuleRun(Rules.create()));
    reconstruction.finish();
    return reconstruction.faultReasons();
  }

  private static Map<FaultReason, Long> once(FaultReason reason) {
    return Map.of(reason, 1L);
  }

  private static Trace startsWrite(Trace trace) {
    return trace.event(WriteLockEvents.VMA_START_WRITE, WRITER, 10, Field.VMA, VMA, Field.MM, Trace.MM);
  }

  @Test
  void shouldNameTheWriteSectionOfAnotherTask() {
    Trace trace = refused(new Trace().mmapWriteLock(WRITER, 1), 20).mmapWriteUnlock(WRITER, 30);
    assertThat(served(trace, 40)).isEqualTo(once(FaultReason.WRITE_LOCKED));
  }

  @Test
  void shouldNameAWriterWhoseMmapLockWasNotSeen() {
    assertThat(served(refused(startsWrite(new Trace()), 20), 40)).isEqualTo(once(FaultReason.WRITE_LOCKED));
  }

  @Test
  void shouldNotNameAWriterThatIsDone() {
    Trace returned = startsWrite(new Trace()).event(WriteLockEvents.VMA_START_WRITE_RET, WRITER, 11, Field.RET, 0L, Field.VMA, VMA, Field.MM, Trace.MM);
    assertThat(served(refused(returned, 20), 40)).isEqualTo(once(FaultReason.REFUSED));
    Trace released = new Trace().mmapWriteLock(WRITER, 1).mmapWriteUnlock(WRITER, 3);
    assertThat(served(refused(released, 20), 40)).isEqualTo(once(FaultReason.REFUSED));
    assertThat(served(refused(new Trace(), 20), 40)).isEqualTo(once(FaultReason.REFUSED));
  }

  @Test
  void shouldNameAGapInTheTree() {
    Trace trace = new Trace().mmapWriteLock(WRITER, 1).event(MapleTreeEvents.MA_WRITE, WRITER, 3, Field.START, ADDRESS, Field.END, ADDRESS + 0x1000, Field.VMA, 0L);
    assertThat(served(refused(trace, 20).mmapWriteUnlock(WRITER, 30), 40)).isEqualTo(once(FaultReason.NO_VMA));
  }

  @Test
  void shouldNameADetachedVma() {
    Trace trace = new Trace().mmapWriteLock(WRITER, 1).event(MapleTreeEvents.MA_WRITE, WRITER, 3, Field.START, ADDRESS, Field.END, ADDRESS + 0x1000, Field.VMA, VMA);
    trace.event(WriteLockEvents.VMA_MARK_DETACHED, WRITER, 4, Field.VMA, VMA, Field.MM, Trace.MM);
    trace.event(WriteLockEvents.VMA_MARK_DETACHED_RET, WRITER, 5, Field.VMA, VMA, Field.MM, Trace.MM);
    assertThat(served(refused(trace, 20).mmapWriteUnlock(WRITER, 30), 40)).isEqualTo(once(FaultReason.DETACHED));
  }

  @Test
  void shouldLeaveFaultsUnresolvedOfWhichNoLockWasRecorded() {
    Trace trace = new Trace();
    for (long i = 0; i < IN_DOUBT + 2; i++) {
      trace.event(PageFaultEvents.PAGE_FAULT_USER, READER, i, Field.ADDRESS, ADDRESS + 8, Field.FLAGS, 6L);
    }
    trace.event(SyscallEvents.SYS_ENTER_OTHER, READER, IN_DOUBT + 2);
    assertThat(reasons(trace)).isEqualTo(Map.of(FaultReason.NO_LOCK_SEEN, IN_DOUBT + 2));
  }

  @Test
  void shouldLeaveFaultsUnresolvedWhoseLookUpMayBeThatOfASystemCallOnlyWhereTheyAreTooMany() {
    Trace trace = new Trace();
    for (long i = 0; i <= IN_DOUBT; i++) {
      long time = i * 10;
      trace
          .event(PageFaultEvents.PAGE_FAULT_USER, READER, time, Field.ADDRESS, 0x7f0000000000L, Field.FLAGS, 6L)
          .mmapReadLock(READER, time + 1)
          .event(MapleTreeEvents.MA_READ, READER, time + 3, Field.START, 0x7f0000000000L, Field.END, 0x7f0000000000L)
          .mmapReadUnlock(READER, time + 4);
    }
    trace.event(SyscallEvents.SYS_ENTER_OTHER, READER, IN_DOUBT * 10 + 10);
    assertThat(reasons(trace)).isEqualTo(Map.of(FaultReason.FALLBACK, IN_DOUBT, FaultReason.LOOKED_UP, 1L));
  }

  /** The trylock for a first anon_vma, then the write lock of an mprotect() whose begin is not recorded, as a set_robust_list()'s is. */
  @Test
  void shouldNotTakeACallThatIsNotRecordedForAStackThatGrows() {
    Trace trace = new Trace()
        .event(SyscallEvents.SYS_ENTER_SET_ROBUST_LIST, READER, 1, Field.START, 0x7000L)
        .event(PageFaultEvents.PAGE_FAULT_USER, READER, 2, Field.ADDRESS, ADDRESS + 0x10)
        .mmapReadLock(READER, 3)
        .mmapReadUnlock(READER, 5)
        .mmapWriteLock(READER, 6)
        .mmapWriteUnlock(READER, 8)
        .event(PageFaultEvents.PAGE_FAULT_USER, READER, 9, Field.ADDRESS, ADDRESS + 0x10);
    assertThat(reasons(trace)).isEqualTo(Map.of(FaultReason.NO_LOCK_SEEN, 1L, FaultReason.CUT_OFF, 1L));
  }

  /**
   * exit_mm() and exit_mmap() of a task that was killed in its fault look like the trylock for an anon_vma and what follows it; where system
   * calls are recorded, one that exits by itself is seen to call exit_group().
   */
  @Test
  void shouldNotTellAFaultAfterWhichItsTaskIsNotSeenInUserModeAgain() {
    Trace trace = exitsAfterFault();
    assertThat(reasons(trace)).isEqualTo(Map.of(FaultReason.CUT_OFF, 1L));
    Trace returns = exitsAfterFault().event(PageFaultEvents.PAGE_FAULT_USER, READER, 20, Field.ADDRESS, ADDRESS + 0x3000);
    assertThat(reasons(returns)).isEqualTo(Map.of(FaultReason.VMA_LOCKED_ANON_VMA, 1L, FaultReason.CUT_OFF, 1L));
  }

  private static Trace exitsAfterFault() {
    return new Trace()
        .event(SyscallEvents.SYS_ENTER_BRK, READER, 1)
        .event(MapleTreeEvents.MA_READ, WRITER, 1, Field.START, ADDRESS)
        .event(PageFaultEvents.PAGE_FAULT_USER, READER, 2, Field.ADDRESS, ADDRESS + 0x10)
        .mmapReadLock(READER, 3)
        .mmapReadUnlock(READER, 5)
        .mmapWriteLock(READER, 6)
        .mmapWriteUnlock(READER, 8);
  }
}
