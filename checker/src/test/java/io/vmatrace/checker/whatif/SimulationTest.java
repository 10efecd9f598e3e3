package io.vmatrace.checker.whatif;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.protocol.Mutant;
import io.vmatrace.checker.protocol.StepId;
import io.vmatrace.checker.protocol.Variant;
import io.vmatrace.checker.workload.CapturedOperation;
import io.vmatrace.checker.workload.CapturedOperation.Call;
import io.vmatrace.checker.workload.CapturedOperation.Mark;
import io.vmatrace.checker.workload.CapturedWorkload;
import io.vmatrace.checker.workload.VmaChange;
import io.vmatrace.parser.event.Generation;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Operations at given times, in the smallest workloads that show what is asked. Times are in nanoseconds, pages in numbers. */
class SimulationTest {
  private static final long PAGE = 100;

  static List<Variant> variants() {
    return Variant.ALL;
  }

  /** Each operation is of another task. */
  private static Figures run(Variant variant, CapturedOperation... operations) {
    List<List<CapturedOperation>> tasks = Stream.of(operations).map(List::of).toList();
    CapturedWorkload workload = new CapturedWorkload(Variant.EXCLUDE_READERS, tasks, 1, List.of(new CapturedWorkload.Mapped(0, PAGE, PAGE + 9)));
    return WhatIf.run(workload, List.of(variant), 1, _ -> {}).variants().getFirst().runs().getFirst();
  }

  private static CapturedOperation fault(long page, Mark... marks) {
    return new CapturedOperation(Call.FAULT, 0, -1, page, List.of(), false, List.of(marks));
  }

  private static CapturedOperation write(List<VmaChange> changes, Mark... marks) {
    return new CapturedOperation(Call.WRITE, 0, -1, 0, changes, false, List.of(marks));
  }

  private static Mark mark(StepId step, long time) {
    return new Mark(step, time, 1);
  }

  private static CapturedOperation plainFault(long page, long at) {
    return fault(page, mark(StepId.PAGE_FAULT_USER, at), mark(StepId.LOCK_VMA_UNDER_RCU, at + 10), mark(StepId.LOCK_VMA_UNDER_RCU_RET, at + 20), mark(StepId.HANDLE_MM_FAULT, at + 30), mark(StepId.HANDLE_MM_FAULT_RET, at + 40));
  }

  /** A mapping is replaced from 1000 to 2000, and what is new comes into the tree at the end. */
  private static CapturedOperation replaces() {
    List<VmaChange> changes = List.of(new VmaChange(VmaChange.Kind.REPLACE, PAGE, PAGE, PAGE + 9), new VmaChange(VmaChange.Kind.MAP, PAGE, PAGE, PAGE + 9));
    return write(
        changes, mark(StepId.START_LOCKING, 1000), mark(StepId.ACQUIRE_RETURNED, 1010), mark(StepId.VMS_GATHER_MUNMAP_VMAS, 1020), mark(StepId.VMA_START_WRITE, 1100),
        mark(StepId.VMA_START_WRITE_RET, 1110), mark(StepId.VMS_GATHER_MUNMAP_VMAS_RET, 1200), mark(StepId.VM_AREA_ALLOC_RET, 1900), mark(StepId.MA_WRITE, 1950), mark(StepId.RELEASED, 2000));
  }

  @ParameterizedTest
  @MethodSource("variants")
  void shouldServeAFaultThatNobodyDisturbs(Variant variant) {
    Figures figures = run(variant, plainFault(PAGE, 10));
    boolean locks = variant.generation() != Generation.MMAP_LOCK;
    assertThat(figures.faults()).isEqualTo(1);
    assertThat(figures.fast()).isEqualTo(locks ? 1 : 0);
    assertThat(figures.broken()).isNull();
  }

  private static boolean locksLate(Variant variant) {
    return variant.detach() == Variant.Detach.STORE_LOCK_DETACH || variant.detach() == Variant.Detach.HOLE_LOCK_DETACH;
  }

  /** A look-up that begins at 1500 finds nothing where the hole was made first; the old VMA, which is locked or, where that comes later, is not. */
  @ParameterizedTest
  @MethodSource("variants")
  void shouldSeeTheGapOnlyWhereThereIsOne(Variant variant) {
    Figures figures = run(variant, replaces(), plainFault(PAGE + 2, 1500));
    boolean hole = variant.detach() == Variant.Detach.HOLE_LOCK_DETACH;
    boolean fast = locksLate(variant) && !hole;
    assertThat(figures.gaps()).isEqualTo(hole ? 1 : 0);
    assertThat(figures.fallbacks().getOrDefault(Fallback.GAP, 0L)).isEqualTo(hole ? 1 : 0);
    assertThat(figures.fast()).isEqualTo(fast ? 1 : 0);
    assertThat(figures.fallbacks().size()).isEqualTo(fast ? 0 : 1);
    assertThat(figures.mmapRead().count()).isEqualTo(fast ? 0 : 1);
    assertThat(figures.mmapRead().total()).isLessThan(1000); // until the section ends, at about 2000
    assertThat(figures.broken()).isNull();
  }

  /** The reader has the lock from 900 on, so that a writer that locks at 1100 waits for it; without VMA locks it waits for the mmap_lock. */
  @ParameterizedTest
  @MethodSource("variants")
  void shouldWaitForAReader(Variant variant) {
    CapturedOperation fault =
        fault(PAGE, mark(StepId.PAGE_FAULT_USER, 890), mark(StepId.LOCK_VMA_UNDER_RCU, 900), mark(StepId.LOCK_VMA_UNDER_RCU_RET, 910), mark(StepId.HANDLE_MM_FAULT, 920), mark(StepId.HANDLE_MM_FAULT_RET, 1105));
    Figures figures = run(variant, replaces(), fault);
    boolean locks = variant.generation() != Generation.MMAP_LOCK;
    assertThat(figures.readers().count()).isEqualTo(locks && !locksLate(variant) ? 1 : 0);
    assertThat(figures.mmapWrite().count()).isEqualTo(locks ? 0 : 1);
    assertThat(figures.broken()).isNull();
  }

  /** Where the reader may look before the lock and take its reference after it, the detach must wait a second time. */
  @Test
  void shouldWaitASecondTimeForATemporaryReference() {
    CapturedOperation looks =
        fault(
            PAGE, mark(StepId.PAGE_FAULT_USER, 990), mark(StepId.LOCK_VMA_UNDER_RCU, 1000), mark(StepId.RCUWAIT_WAKE_UP, 1180), new Mark(StepId.LOCK_VMA_UNDER_RCU_RET, 1181, 0), mark(StepId.START_LOCKING, 1182),
            mark(StepId.ACQUIRE_RETURNED, 2010), mark(StepId.HANDLE_MM_FAULT, 2020), mark(StepId.HANDLE_MM_FAULT_RET, 2030), mark(StepId.RELEASED, 2040));
    CapturedOperation unmaps =
        write(
            List.of(new VmaChange(VmaChange.Kind.UNMAP, PAGE, PAGE, PAGE + 9)), mark(StepId.START_LOCKING, 1001), mark(StepId.ACQUIRE_RETURNED, 1010), mark(StepId.VMS_GATHER_MUNMAP_VMAS, 1020),
            mark(StepId.VMA_START_WRITE, 1100), mark(StepId.VMA_START_WRITE_RET, 1110), mark(StepId.VMA_EXCLUDE_READERS_FOR_DETACH, 1150), mark(StepId.VMA_EXCLUDE_READERS_FOR_DETACH_RET, 1190),
            mark(StepId.VMS_GATHER_MUNMAP_VMAS_RET, 1200), mark(StepId.RELEASED, 2000));
    Figures own = run(Variant.EXCLUDE_READERS, unmaps, looks);
    assertThat(own.secondWaits()).isEqualTo(new Figures.SecondWaits(1, 40, 40));
    assertThat(own.notMapped()).isEqualTo(1);
    assertThat(own.broken()).isNull();
    assertThat(run(Variant.EXCLUDE_READERS.with(Mutant.M1), unmaps, looks).broken()).as("the bug that does not wait").startsWith("R60");
    assertThat(run(Variant.STOP_READERS, unmaps, looks).secondWaits().count()).isZero();
  }

  /** Who got the mmap_lock first in the capture gets it first, though the other asked before. */
  @Test
  void shouldKeepTheOrderOfWriters() {
    CapturedOperation maps = write(List.of(new VmaChange(VmaChange.Kind.MAP, 200, 200, 209)), mark(StepId.START_LOCKING, 500), mark(StepId.ACQUIRE_RETURNED, 510), mark(StepId.MA_WRITE, 520), mark(StepId.RELEASED, 530));
    CapturedOperation unmaps =
        write(List.of(new VmaChange(VmaChange.Kind.UNMAP, 200, 200, 209)), mark(StepId.START_LOCKING, 400), mark(StepId.ACQUIRE_RETURNED, 540), mark(StepId.VMS_GATHER_MUNMAP_VMAS, 550), mark(StepId.RELEASED, 560));
    Figures figures = run(Variant.EXCLUDE_READERS, unmaps, maps);
    assertThat(figures.detaches()).isEqualTo(1);
  }
}
