package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.catalogue.Rules;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.Generation;
import io.vmatrace.parser.event.specs.FaultEvents;
import io.vmatrace.parser.event.specs.MapleTreeEvents;
import io.vmatrace.parser.event.specs.MunmapEvents;
import io.vmatrace.parser.event.specs.SyscallEvents;
import io.vmatrace.parser.event.specs.VmaEvents;
import io.vmatrace.parser.event.specs.WriteLockEvents;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What comes near a violation: on the one side of the border a rule is broken, on the other it is not. */
class NearlyBrokenTest {
  private static final long VMA = 0xff00000000002000L;

  /** What {@link Trace#recordingAll} frees. */
  private static final long FREED = 0xff00000000009000L;

  private static final long OTHER = 0xff00000000003000L;
  private static final int WRITER = 1;
  private static final int READER = 2;

  private static List<String> rules(Trace trace) {
    return Verdict.of(Generation.EXCLUDE_READERS, trace.events()).stream().map(finding -> finding.substring(0, 3)).toList();
  }

  /** A VMA at 0x5000-0x5fff, in a fault under the VMA lock and in one under the mmap_lock. */
  @ParameterizedTest
  @CsvSource({"4fff, 1255, R17", "5000, 1255,", "5fff, 1255,", "6000, 1255, R17", "4fff, 215, R17", "5fff, 215,", "6000, 215, R17"})
  void shouldConvictAFaultOutsideItsVmaBytewise(String address, String flags, String rule) {
    Object[] values = {
      Field.ADDRESS, Long.parseLong(address, 16), Field.FLAGS, Long.parseLong(flags, 16), Field.VMA, VMA, Field.MM, Trace.MM, Field.START, 0x5000L, Field.END, 0x6000L, Field.REFCNT, 2L
    };
    assertThat(rules(new Trace().event(FaultEvents.HANDLE_MM_FAULT, READER, 10, values))).isEqualTo(rule == null ? List.of() : List.of(rule));
  }

  /** A fault that only reads is served, and the same address is handled again with other flags, with no look-up in between. */
  private static List<String> handlesAgain(long flags) {
    Trace trace = Trace.recordingAll().lookUp(READER, 30, VMA);
    handles(trace, 32, 0x1254);
    trace.event(FaultEvents.HANDLE_MM_FAULT_RET, READER, 34, Field.RET, 0L, Field.VMA, VMA, Field.ADDRESS, 0x5000L);
    handles(trace, 36, flags);
    return rules(trace.lookUp(READER, 40, VMA)).stream().filter("R20"::equals).toList();
  }

  private static void handles(Trace trace, long at, long flags) {
    trace.event(FaultEvents.HANDLE_MM_FAULT, READER, at, Field.ADDRESS, 0x5000L, Field.FLAGS, flags, Field.VMA, VMA, Field.MM, Trace.MM, Field.REFCNT, 2L);
  }

  @Test
  void shouldTakeAFaultThatWritesForNoRetryOfOneThatReads() {
    assertThat(handlesAgain(0x1254)).containsExactly("R20");
    assertThat(handlesAgain(0x1255)).isEmpty();
  }

  /** A munmap gathers the range from 0x4000 on, and another task looks up 0x5000 and gets a VMA. */
  private static List<String> readsWhereGathered(boolean locked, long end, long ret) {
    Trace trace = Trace.recordingAll().event(SyscallEvents.SYS_ENTER_MUNMAP, WRITER, 8, Field.START, 0x4000L, Field.LENGTH, end - 0x4000);
    if (locked) {
      trace.mmapWriteLock(WRITER, 10);
    }
    trace.event(MunmapEvents.VMS_GATHER_MUNMAP_VMAS, WRITER, 20, Field.START, 0x4000L, Field.END, end, Field.VMA, VMA);
    trace.event(MunmapEvents.VMS_GATHER_MUNMAP_VMAS_RET, WRITER, 22, Field.RET, ret);
    trace.lookUp(READER, 30, VMA).mmapWriteUnlock(WRITER, 50);
    trace.event(SyscallEvents.SYS_EXIT_MUNMAP, WRITER, 55, Field.RET, ret).mmapWriteLock(WRITER, 60);
    return rules(trace).stream().filter("R68"::equals).toList();
  }

  @Test
  void shouldConvictALookUpOnlyInARangeThatWasGathered() {
    assertThat(readsWhereGathered(true, 0x6000, 0)).containsExactly("R68");
    assertThat(readsWhereGathered(true, 0x6000, -12)).as("-ENOMEM").isEmpty();
    assertThat(readsWhereGathered(true, 0x5000, 0)).as("a range that ends before it").isEmpty();
    assertThat(readsWhereGathered(false, 0x6000, 0)).as("a section that was not seen to begin").isEmpty();
  }

  /** A VMA is stored at 0x5000 in a first section, and in a second one another VMA, or none; then a VMA with vm_refcnt 0 is write-locked. */
  private static List<String> writesDetached(long storedFirst, long storedThen, boolean detaching) {
    Trace trace = Trace.recordingAll().mmapWriteLock(WRITER, 10);
    stores(trace, 15, storedFirst).mmapWriteUnlock(WRITER, 20).mmapWriteLock(WRITER, 30);
    if (storedThen != 0) {
      stores(trace, 35, storedThen);
    }
    if (detaching) {
      trace.event(WriteLockEvents.VMA_MARK_DETACHED, WRITER, 36, Field.VMA, VMA, Field.MM, Trace.MM);
    }
    Object[] values = {
      Field.VMA, VMA, Field.MM, Trace.MM, Field.START, 0x5000L, Field.END, 0x6000L, Field.REFCNT, 0L, Field.LOCK_SEQ, 1L, Field.MM_SEQ, 7L
    };
    trace.event(WriteLockEvents.VMA_START_WRITE, WRITER, 40, values);
    return rules(trace.mmapWriteUnlock(WRITER, 50)).stream().filter("R51"::equals).toList();
  }

  private static Trace stores(Trace trace, long time, long vma) {
    return trace.event(MapleTreeEvents.MA_WRITE, WRITER, time, Field.START, 0x5000L, Field.END, 0x6000L, Field.VMA, vma);
  }

  @Test
  void shouldConvictADetachedVmaOnlyWhereItIsInTheTreeSinceAnEarlierSection() {
    assertThat(writesDetached(VMA, 0, false)).containsExactly("R51");
    assertThat(writesDetached(VMA + 0x100, VMA, false)).as("stored in the same section").isEmpty();
    assertThat(writesDetached(VMA + 0x100, 0, false)).as("another VMA is there").isEmpty();
    assertThat(writesDetached(VMA, 0, true)).as("its detach has begun").isEmpty();
  }

  /** The capture that ends where a writer sleeps, and one event more: the wake-up of its mm, at a time when it is not asleep yet, or is. */
  @ParameterizedTest
  @CsvSource({"0, true", "2, false"})
  void shouldSuspectAWriterThatIsNotWokenAfterItFellAsleep(int later, boolean suspected) {
    Lines lines = RuleCases.all().stream().filter(c -> c.rule().equals("R33")).findFirst().orElseThrow().violation();
    int asleep = lines.expected() - 1;
    Lines.Event waits = lines.event(lines.find(": __vma_start_write: ", "refcnt=0x2 "));
    long time = lines.event(asleep).micros() + later;
    long rcuwait = Long.parseUnsignedLong(waits.value("mm").substring(2), 16) + 0x1c8;
    lines.insert(asleep + 1, waits.line(9999, 1 - waits.cpu(), time, "rcuwait_wake_up: (rcuwait_wake_up+0x4/0x40) w=0x%x".formatted(rcuwait)));
    List<Found> found = RealCaptures.run(RealCaptures.join(lines.lines())).rules().findings();
    assertThat(found.stream().anyMatch(f -> f.rule().id().equals("R33"))).isEqualTo(suspected);
  }

  /** A VMA was freed, a task holds the mmap_lock, in fork also that of the child's mm, and stores it. */
  private static boolean storesFreed(boolean startWriteSeen, boolean inFork) {
    Trace trace = Trace.recordingAll();
    if (startWriteSeen) {
      trace.vmaWriteLock(READER, 6, VMA);
    }
    if (inFork) {
      trace.event(SyscallEvents.SYS_ENTER_CLONE, WRITER, 9, Field.FLAGS, 0L);
    }
    trace.mmapWriteLock(WRITER, 10);
    if (inFork) {
      trace.mmapWriteLock(WRITER, 12, Trace.MM + 0x4000);
    }
    RuleRun rules = new RuleRun(Rules.create());
    stores(trace, 20, FREED).applied(rules).finish(); // it waits for a write lock to show that those were on
    return rules.findings().stream().anyMatch(found -> found.rule().id().equals("R55"));
  }

  /** What a rule says of a trace, whatever was recorded. */
  private static RuleTally tally(String rule, Trace trace) {
    RuleRun rules = new RuleRun(Rules.create());
    trace.applied(rules);
    return rules.tallies().stream().filter(tally -> tally.info().id().equals(rule)).findFirst().orElseThrow();
  }

  @Test
  void shouldConvictAStoreOfAFreedVmaOnlyWhereANewOneWouldHaveBeenWriteLocked() {
    assertThat(storesFreed(true, false)).isTrue();
    assertThat(storesFreed(false, false)).as("write locks are not recorded").isFalse();
    assertThat(storesFreed(true, true)).as("fork does not write-lock the child's").isFalse();
  }

  /** What is stored after the section that freed it may be another that was made in its place, in a section that is not here. */
  @Test
  void shouldConvictAStoreOfAFreedVmaOnlyInTheSectionThatFreedIt() {
    Trace freed = Trace.recordingAll().vmaWriteLock(READER, 6, VMA).mmapWriteLock(WRITER, 10);
    freed.event(VmaEvents.VM_AREA_ALLOC_RET, WRITER, 12, Field.VMA, FREED, Field.MM, Trace.MM);
    freed.event(VmaEvents.VM_AREA_FREE, WRITER, 13, Field.VMA, FREED, Field.MM, Trace.MM);
    freed.mmapWriteUnlock(WRITER, 14);
    RuleTally tally = tally("R55", stores(freed, 20, FREED));
    assertThat(tally.violations()).isZero();
    assertThat(tally.possible()).isPositive();
  }

  /** A call unmaps a range, frees the VMA that was there, and stores another one over it. */
  private static long storesAfterFree(EventKind enter, EventKind exit, int sections) {
    Trace trace = Trace.recordingAll().event(enter, WRITER, 7).event(exit, WRITER, 8, Field.RET, 0L).event(enter, WRITER, 9);
    for (int i = 1; i < sections; i++) {
      trace.mmapWriteLock(WRITER, 10).mmapWriteUnlock(WRITER, 12);
    }
    stores(trace.mmapWriteLock(WRITER, 15), 18, VMA);
    trace.event(MunmapEvents.VMS_GATHER_MUNMAP_VMAS, WRITER, 20, Field.START, 0x4000L, Field.END, 0x8000L, Field.VMA, VMA);
    trace.event(MunmapEvents.VMS_GATHER_MUNMAP_VMAS_RET, WRITER, 22, Field.RET, 0L);
    trace.event(MunmapEvents.VMS_COMPLETE_MUNMAP_VMAS, WRITER, 24, Field.START, 0x4000L, Field.END, 0x8000L);
    trace.event(VmaEvents.VM_AREA_FREE, WRITER, 26, Field.VMA, VMA, Field.MM, Trace.MM, Field.START, 0x4000L, Field.END, 0x8000L);
    stores(trace, 28, OTHER).mmapWriteUnlock(WRITER, 30).event(exit, WRITER, 32, Field.RET, 0L);
    return tally("R55", trace).violations();
  }

  /** mremap() unmaps the place that it moves to, and stores there (mm/mremap.c mremap_to()). */
  @Test
  void shouldConvictAStoreOverWhatWasFreedInMmapOnly() {
    assertThat(storesAfterFree(SyscallEvents.SYS_ENTER_MMAP, SyscallEvents.SYS_EXIT_MMAP, 1)).isPositive();
    assertThat(storesAfterFree(SyscallEvents.SYS_ENTER_MREMAP, SyscallEvents.SYS_EXIT_MREMAP, 1)).isZero();
    assertThat(storesAfterFree(SyscallEvents.SYS_ENTER_MMAP, SyscallEvents.SYS_EXIT_MMAP, 2)).as("mmap() has one section").isZero();
  }

  /** A store that spans nodes is prepared before its VMA is write-locked, with an event that only its pivot tells from the store's. */
  @ParameterizedTest
  @CsvSource({"0x7fff, 0", "0x0, 1", "0x3, 1"})
  void shouldTakeAStoreThatIsBeingPreparedForNone(String pivot, int violations) {
    Trace trace = Trace.recordingAll().vmaWriteLock(READER, 6, VMA).mmapWriteLock(WRITER, 10);
    trace.event(VmaEvents.VM_AREA_ALLOC_RET, WRITER, 12, Field.VMA, OTHER, Field.MM, Trace.MM);
    trace.event(MapleTreeEvents.MA_WRITE, WRITER, 14, Field.START, 0x4000L, Field.END, 0x9000L, Field.VMA, OTHER, Field.PIVOT, Long.decode(pivot));
    stores(trace.vmaWriteLock(WRITER, 16, OTHER), 18, OTHER).mmapWriteUnlock(WRITER, 20);
    trace.mmapWriteLock(WRITER, 22).vmaWriteLock(WRITER, 24, VMA).mmapWriteUnlock(WRITER, 26);
    assertThat(tally("R38", trace).findings()).hasSize(violations);
  }

  @Test
  void shouldSayNothingOfALookUpThatGetsAVmaOfWhichItIsNotKnownThatItIsAttached() {
    assertThat(tally("R15", new Trace().lookUp(READER, 30, VMA)).checked()).isZero();
    Trace allocated = new Trace().event(VmaEvents.VM_AREA_ALLOC_RET, WRITER, 5, Field.VMA, VMA, Field.MM, Trace.MM);
    assertThat(tally("R15", allocated.lookUp(READER, 30, VMA)).checked()).isZero();
    Trace stored = stores(new Trace().mmapWriteLock(WRITER, 10), 15, VMA).mmapWriteUnlock(WRITER, 20);
    assertThat(tally("R15", stored.lookUp(READER, 30, VMA)).checked()).isEqualTo(1);
  }
}
