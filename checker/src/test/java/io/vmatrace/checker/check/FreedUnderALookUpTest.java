package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.FindingReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two broken kernels free VMAs that are still counted; what a finding says of it tells them apart, and nothing in the capture disproves it. */
class FreedUnderALookUpTest {
  private static Report check(String name) throws Exception {
    return Check.run("../samples/broken-" + name + ".txt.zst", new Check.Options(null, false), _ -> {});
  }

  @Test
  void shouldSayThatALookUpHadItsReferenceWhereDetachingDoesNotWait() throws Exception {
    FindingReport first = check("detach-no-wait-churn").findings().getFirst();
    assertThat(first.message()).contains("detached and freed while the look-up of workload-153 on CPU 0, begun 7.674323, still had its temporary reference")
        .endsWith("; it looks for 0x7fa6d93f6000, which was in the VMA's range before");
    assertThat(first.evidence().getFirst().text()).contains("7.674323: lock_vma_under_rcu:");
  }

  @ParameterizedTest
  @CsvSource({"detach-no-wait-churn, 0", "free-attached-churn, 24"})
  void shouldSayThatTheAttachmentIsCountedOnlyWhereNoLookUpCanBe(String name, int times) throws Exception {
    assertThat(check(name).findings()).filteredOn(finding -> finding.message().contains("not detached")).hasSize(times);
  }
}
