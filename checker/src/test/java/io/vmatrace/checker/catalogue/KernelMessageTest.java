package io.vmatrace.checker.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.parser.event.ConsoleReport;
import io.vmatrace.parser.event.ConsoleReport.Kind;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class KernelMessageTest {
  private static ConsoleReport report(Kind kind, String title, @Nullable String function, String... locks) {
    return report(kind, title, function, List.of(locks));
  }

  private static ConsoleReport report(Kind kind, String title, @Nullable String function, List<String> locks) {
    List<String> lines = List.of(title);
    return new ConsoleReport(kind, title, function, -1, "", -1, null, List.of(), locks, "", List.of(), 1, lines);
  }

  /** The kernel's words, where it was, what that is, and which rules a capture of it would show broken. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "refcount_t: saturated; leaking memory. | __vma_enter_locked | REFCNT_SATURATED | R02 R01",
        "refcount_t: underflow; use-after-free. | vma_refcount_put | REFCNT_UNDERFLOW | R01 R05",
        "WARNING: CPU: 0 PID: 7 at include/linux/mmap_lock.h:280 vm_area_free+0x1/0x2 | vm_area_free | FREED_ATTACHED | R59 R60",
        "WARNING: CPU: 0 PID: 7 at include/linux/mmap_lock.h:280 mprotect_fixup+0x1/0x2 | mprotect_fixup | LOCK_ASSERTION | R29 R38 R05",
        "WARNING: CPU: 0 PID: 7 at mm/mmap_lock.c:90 vma_mark_detached+0x1/0x2 | vma_mark_detached | DETACH_AND_READERS | R06 R14 R60",
        "BUG: KASAN: slab-use-after-free in rcuwait_wake_up+0x1/0x2 | rcuwait_wake_up | USE_AFTER_FREE_IN_WAKE_UP | R34 R16",
        "BUG: KASAN: slab-use-after-free in vma_end_read+0x1/0x2 | vma_end_read | USE_AFTER_FREE_BY_READER | R60 R01",
        "BUG: KASAN: slab-use-after-free in lock_vma_under_rcu+0x1/0x2 | lock_vma_under_rcu | USE_AFTER_FREE_IN_LOOK_UP | R15 R60 R76",
        "kernel BUG at mm/rmap.c:1472! | folio_add_new_anon_rmap | PAGE_OUTSIDE_VMA | R32 R18 R78",
        "INFO: task workload:48 blocked for more than 120 seconds. | __vma_start_write | WRITER_WAITS_FOR_EVER | R26 R02 R30",
        "INFO: task workload:48 blocked for more than 120 seconds. | lock_mm_and_find_vma | FAULT_WAITS_FOR_EVER | R26 R39",
        "WARNING: CPU: 0 PID: 7 at mm/memory.c:6000 sanitize_fault_flags+0x1/0x2 | sanitize_fault_flags | FAULT_FLAGS | R89",
        "WARNING: CPU: 0 PID: 7 at lib/maple_tree.c:1234 mas_wr_bnode+0x1/0x2 | mas_wr_bnode | TREE_CORRUPT | R47 R49 R76"
      })
  void shouldSayWhichRulesAMessageIsAbout(String title, String function, KernelMessage message, String rules) {
    assertThat(KernelMessage.of(report(Kind.WARNING, title, function), null)).contains(message);
    assertThat(message.rules()).containsExactly(rules.split(" "));
  }

  @Test
  void shouldTakeAReportOfLockdepForOneOnlyWhereItNamesTheVmaLock() {
    String order = "WARNING: possible circular locking dependency detected";
    assertThat(KernelMessage.of(report(Kind.WARNING, order, null, "vm_lock"), null)).contains(KernelMessage.LOCK_ORDER);
    assertThat(KernelMessage.of(report(Kind.WARNING, order, null, "&rq->__lock"), null)).isEmpty();
    assertThat(KernelMessage.of(report(Kind.WARNING, "WARNING: bad unlock balance detected!", null, "vm_lock"), null)).contains(KernelMessage.NOT_HELD);
    assertThat(KernelMessage.LOCK_ORDER.rules()).containsExactly("R26", "R27");
    assertThat(KernelMessage.NOT_HELD.rules()).containsExactly("R01");
  }

  @Test
  void shouldTakeNoStallForAMessageOfTheProtocol() {
    assertThat(KernelMessage.of(report(Kind.STALL, "INFO: task workload:48 blocked for more than 120 seconds.", "__vma_start_write"), null)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void shouldNameRulesOfTheCatalogueFirst(KernelMessage message) {
    assertThat(message.rules()).as("a rule of the catalogue, or none").satisfiesAnyOf(
        rules -> assertThat(rules).isEmpty(), rules -> assertThat(Rules.find(rules.getFirst())).isPresent());
    assertThat(message.source()).isNotBlank();
  }
}
