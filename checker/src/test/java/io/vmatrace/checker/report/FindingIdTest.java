package io.vmatrace.checker.report;

import static org.assertj.core.api.Assertions.assertThat;

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
    assertThat(FindingId.of("R72", event, text)).isEqualTo(id);
  }
}
