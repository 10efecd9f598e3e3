package io.vmatrace.checker.whatif;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.mm.Generation;
import io.vmatrace.checker.protocol.Mutant;
import io.vmatrace.checker.protocol.Variant;
import io.vmatrace.checker.whatif.CapturedOperation.Call;
import io.vmatrace.checker.whatif.CapturedOperation.Mark;
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
    return WhatIf.run(workload, List.of(variant), _ -> {}).variants().get(0);
  }

  private static CapturedOperation fault(long page, Mark... marks) {
    return new CapturedOperation(Call.FAULT, 0, -1, page, List.of(), false, List.of(marks));
  }

  private static CapturedOperation write(List<VmaChange> acts, Mark... marks) {
    return new CapturedOperation(Call.WRITE, 0, -1, 0, acts, false, List.of(marks));
  }

  private static Mark mark(String step, long time) {
    return new Mark(step, time, 1);
  }

  private static CapturedOperation plainFault(long page, long at) {
    return fault(page, mark("page_fault_user", at), mark("lock_vma_under_rcu", at + 10), mark("lock_vma_under_rcu_ret", at + 20), mark("handle_mm_fault", at + 30), mark("handle_mm_fault_ret", at + 40));
  }

  /** A mapping is replaced from 1000 to 2000, and what is new comes into the tree at the end. */
  private static CapturedOperation replaces() {
    List<VmaChange> acts = List.of(new VmaChange(VmaChange.Kind.REPLACE, PAGE, PAGE, PAGE + 9), new VmaChange(VmaChange.Kind.MAP, PAGE, PAGE, PAGE + 9));
    return write(
        acts, mark("start_locking", 1000), mark("acquire_returned", 1010), mark("vms_gather_munmap_vmas", 1020), mark("__vma_start_write", 1100),
        mark("__vma_start_write_ret", 1110), mark("vms_gather_munmap_vmas_ret", 1200), mark("vm_area_alloc_ret", 1900), mark("ma_write", 1950), mark("released", 2000));
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
        fault(PAGE, mark("page_fault_user", 890), mark("lock_vma_under_rcu", 900), mark("lock_vma_under_rcu_ret", 910), mark("handle_mm_fault", 920), mark("handle_mm_fault_ret", 1105));
    Figures figures = run(variant, replaces(), fault);
    boolean locks = variant.generation() != Generation.MMAP_LOCK;
    assertThat(figures.readers().count()).isEqualTo(locks && !locksLate(variant) ? 1 : 0);
    assertThat(figures.mmapWrite().count()).isEqualTo(locks ? 0 : 1);
    assertThat(figures.broken()).isNull();
  }

  /** Where the reader may look before the lock and take its reference behind it, the detach must wait a second time. */
  @Test
  void shouldWaitASecondTimeForATemporaryReference() {
    CapturedOperation looks =
        fault(
            PAGE, mark("page_fault_user", 990), mark("lock_vma_under_rcu", 1000), mark("rcuwait_wake_up", 1180), new Mark("lock_vma_under_rcu_ret", 1181, 0), mark("start_locking", 1182),
            mark("acquire_returned", 2010), mark("handle_mm_fault", 2020), mark("handle_mm_fault_ret", 2030), mark("released", 2040));
    CapturedOperation unmaps =
        write(
            List.of(new VmaChange(VmaChange.Kind.UNMAP, PAGE, PAGE, PAGE + 9)), mark("start_locking", 1001), mark("acquire_returned", 1010), mark("vms_gather_munmap_vmas", 1020),
            mark("__vma_start_write", 1100), mark("__vma_start_write_ret", 1110), mark("__vma_exclude_readers_for_detach", 1150), mark("__vma_exclude_readers_for_detach_ret", 1190),
            mark("vms_gather_munmap_vmas_ret", 1200), mark("released", 2000));
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
    CapturedOperation maps = write(List.of(new VmaChange(VmaChange.Kind.MAP, 200, 200, 209)), mark("start_locking", 500), mark("acquire_returned", 510), mark("ma_write", 520), mark("released", 530));
    CapturedOperation unmaps =
        write(List.of(new VmaChange(VmaChange.Kind.UNMAP, 200, 200, 209)), mark("start_locking", 400), mark("acquire_returned", 540), mark("vms_gather_munmap_vmas", 550), mark("released", 560));
    Figures figures = run(Variant.EXCLUDE_READERS, unmaps, maps);
    assertThat(figures.detaches()).isEqualTo(1);
  }
}
