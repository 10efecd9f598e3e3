package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names that may have been meant by one that nothing has. */
class NearestTest {
  private static final List<String> EVENTS =
      List.of("page_fault_user", "page_fault_kernel", "mmap_lock_start_locking", "mmap_lock_acquire_returned", "mmap_lock_released", "ma_read", "ma_write", "sched_switch", "vm_area_free");

  @ParameterizedTest
  @CsvSource({
    "page_falt, page_fault_kernel page_fault_user",
    "page_fault, page_fault_kernel page_fault_user",
    "mmap_lokc, mmap_lock_acquire_returned mmap_lock_released mmap_lock_start_locking",
    "page_falut_usr, page_fault_user",
    "mmap_lock_release, mmap_lock_released",
    "shed_swich, sched_switch",
    "ma_wirte, ma_write",
    "sys_enter_clone, ''",
    "pgfl, ''",
    "contention, ''",
  })
  void shouldFindNamesByATypoInThemOrInTheirBeginning(String typed, String found) {
    assertThat(String.join(" ", Nearest.of(typed, EVENTS))).isEqualTo(found);
  }
}
