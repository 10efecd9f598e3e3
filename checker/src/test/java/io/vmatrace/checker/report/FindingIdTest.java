package io.vmatrace.checker.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.report.FindingId.Way;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same bug has the same id in every recording. */
class FindingIdTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          R72/dup_mmap           | vm_area_dup_ret        | workload-164 [000] ...1. 5.575901: vm_area_dup_ret: (dup_mmap+0x1d9/0x7e0 <- vm_area_dup) vma=0xff46ed6c00719d80
          R72/dup_mmap           | vm_area_dup_ret        | a(b)-9 [001] ...1. 7.000001: vm_area_dup_ret: (dup_mmap.isra.0+0x2f/0x800 <- vm_area_dup) vma=0xff46ed6c00719d81
          R72/vm_area_free       | vm_area_free           | workload-152 [001] ...1. 7.674705: vm_area_free: (vm_area_free+0x0/0x80) vma=0xff2fcabac07ace40
          R72/vm_area_dup        | vm_area_dup_ret        | perf 7 [001] 7.6: probe:vm_area_dup_ret: (ffffffff8123 <- ffffffff8124) vma=0x1
          R72/vm_area_dup        | vm_area_dup_ret        | vm_area_dup_ret: vma=0xff2fcabac07ace40
          R72/vm_area_dup        | funcgraph_exit         | w-127 [000] ...1 9.938291132: funcgraph_exit: vm_area_dup.isra.0 func=0xffffffff9e3005b4 depth=0
          R72/funcgraph_entry    | funcgraph_entry        | w-127 [000] ...1 9.938291132: funcgraph_entry:
          R72/mmap_lock_released | mmap_lock_released     | w-1 [000] ..... 1.000001: mmap_lock_released: mm=ff46ed6c0013da40 memcg_id=0 write=true
          """)
  void shouldNameTheFunctionAndNothingThatDiffersFromRunToRun(String id, String event, String text) {
    assertThat(FindingId.of("R72", event, text, Way.UNTOLD)).isEqualTo(id);
  }

  /** What a function is part of counts where it does not say so itself, and the system call where no event names a function. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          R59/vm_area_free/munmap/under-reader | vm_area_free       | vm_area_free: (vm_area_free+0x0/0x80) vma=0x1         | munmap   | under-reader
          R59/exit_mmap/under-reader           | exit_mmap          | exit_mmap: (exit_mmap+0x4/0x3b0)                      | exit_mmap | under-reader
          R59/exit_mmap/under-reader           | vm_area_free_ret   | vm_area_free_ret: (exit_mmap+0x1f/0x80 <- vm_area_free) | munmap | under-reader
          R59/ma_write/munmap                  | ma_write           | ma_write: mas_store                                   | munmap   |
          R59/ma_write/brk                     | ma_write           | ma_write: mas_store                                   |          |
          R59/maple_tree:ma_write/brk          | maple_tree:ma_write | maple_tree:ma_write: mas_store                       |          |
          R59/sys_brk                          | sys_brk            | sys_brk(brk: 0x1)                                     |          |
          R59/vm_area_free                     | vm_area_free       | vm_area_free: (vm_area_free+0x0/0x80) vma=0x1         |          |
          """)
  void shouldTellWhatTheFunctionIsPartOfAndTheKind(String id, String event, String text, @Nullable String operation, @Nullable String kind) {
    Way way = new Way(operation == null ? "" : operation, "brk", kind == null ? "" : kind);
    assertThat(FindingId.of("R59", event, text, way)).isEqualTo(id);
  }
}
