package io.vmatrace.checker.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.parser.event.Op;
import org.junit.jupiter.api.Test;

/** What perf's command line says of filters. */
class FiltersTest {
  @Test
  void shouldNameTheOpsOfFilteredEvents() {
    assertThat(Filters.filtered("/usr/bin/perf record -e mmap_lock:mmap_lock_released --filter write == 1 -e exceptions:* -o x ./a"))
        .containsExactlyInAnyOrder(Op.MMAP_READ_UNLOCK, Op.MMAP_WRITE_UNLOCK);
    assertThat(Filters.filtered("perf record -e sched:sched_switch,mmap_lock:* --filter=write==1 ./a"))
        .contains(Op.MMAP_READ_LOCK, Op.MMAP_WRITE_UNLOCK, Op.TASK_SLEEPS)
        .doesNotContain(Op.PAGE_FAULT, Op.MAS_STORE);
  }

  @Test
  void shouldNameNoneWithoutAFilter() {
    assertThat(Filters.filtered(null)).isEmpty();
    assertThat(Filters.filtered("perf record -e mmap_lock:* -- filter --event")).isEmpty();
  }
}
