package io.vmatrace.checker.excerpt;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.explore.ExploreReport;
import io.vmatrace.checker.steps.Design;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExcerptTest {
  private static final Design KERNEL = Objects.requireNonNull(Design.Catalogue.builtIn().variant("lock-store-detach"), "of the kernel");

  /** The kernel's own order does not allow what the capture has; a bug like that of the capture's kernel breaks something in it. */
  @ParameterizedTest
  @CsvSource({
    "broken-detach-no-wait-churn.txt.zst, no-second-wait, detached-and-unused",
    "broken-fork-unlocked-fork-faults.txt.zst, B01, fork-copy-differs",
    "broken-merge-unlocked-merge.txt.zst, B05, changed-under-reader",
    "broken-free-attached-churn.txt.zst, M13, detached-unlocked",
    "broken-no-reader-wait-oops-console.log.zst, M6, read-locked-under-writer"
  })
  void shouldHoldInTheKernelsOrderAndBreakWithABug(String sample, String mutant, String invariant) throws Exception {
    Excerpt excerpt = Excerpts.first(sample);
    assertThat(ExploreReport.of(excerpt.scenario(), KERNEL, 1_000_000).exploration().holds()).isTrue();
    assertThat(ExploreReport.of(excerpt.scenario(), KERNEL.with(mutant), 1_000_000).exploration().broken()).isNotNull().extracting(broken -> broken.id()).isEqualTo(invariant);
  }

  @Test
  void shouldTakeTheCallsThatWereUnderWay() throws Exception {
    Excerpt excerpt = Excerpts.first("broken-detach-no-wait-churn.txt.zst");
    assertThat(excerpt.tasks()).containsExactly("workload-152", "workload-153");
    assertThat(excerpt.lines()).contains("  map mm0 0 1", "  task munmap mm0 0 0", "  task write_fault mm0 1 1");
    assertThat(excerpt.notTaken()).isEmpty();
  }

  /** A merge takes the VMA before its range, which had no anon_vma; nothing else was under way, so a fault there is taken beside it. */
  @Test
  void shouldKnowAMerge() throws Exception {
    Excerpt excerpt = Excerpts.first("broken-merge-unlocked-merge.txt.zst");
    assertThat(excerpt.lines()).contains("  map mm0 0 0 readonly bare", "  task mprotect mm0 1 1", "  task write_fault mm0 0 0");
    assertThat(excerpt.notTaken()).anyMatch(line -> line.contains("was not under way when the rule was broken"));
  }

  @Test
  void shouldSayWhatIsNotTakenOver() throws Exception {
    Excerpt excerpt = Excerpts.first("broken-no-reader-wait-oops-console.log.zst");
    assertThat(excerpt.notTaken()).anyMatch(line -> line.startsWith("no program of the step table does it: "));
  }
}
