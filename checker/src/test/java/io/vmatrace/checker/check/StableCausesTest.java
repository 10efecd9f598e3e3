package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmatrace.checker.report.FindingGroup;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.Certainty;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The causes that a baseline has: the same in two recordings of one bug, and others for other bugs of the same rule. */
class StableCausesTest {
  private static Set<String> causes(Path capture) throws Exception {
    Report report = Check.run(capture.toString(), new Check.Options(null, false), _ -> {});
    return report.groups().stream().filter(group -> group.certainty() == Certainty.DEFINITE).map(FindingGroup::cause).collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> shared(String name) throws Exception {
    assumeTrue(RealCaptures.hasShared(), "needs the captures beside the project");
    return causes(RealCaptures.shared(name + ".txt.zst"));
  }

  /** munmap() of a range, mmap() over one, and files: vms_complete_munmap_vmas() frees in each. */
  @Test
  void shouldBeTheSameInThreeRecordingsOfAKernelThatDoesNotDetach() throws Exception {
    assertThat(shared("broken/free-attached-churn")).containsExactly("R59/vm_area_free/munmap/not-detached");
    assertThat(shared("broken/free-attached-fault-race")).containsExactly("R59/vm_area_free/munmap/not-detached");
    assertThat(shared("broken/free-attached-files")).containsExactly("R59/vm_area_free/munmap/not-detached");
  }

  /** A recording begins and ends where it does: each half of one shows the bug by itself. */
  @ParameterizedTest
  @CsvSource({"broken-free-attached-churn, 5_500", "broken-merge-unlocked-merge, 1_700"})
  void shouldBeTheSameInAPartOfARecording(String sample, String lines) throws Exception {
    Path capture = Path.of("../samples/" + sample + ".txt.zst");
    byte[] part = RealCaptures.join(RealCaptures.lines(capture).subList(0, Integer.parseInt(lines.replace("_", ""))));
    Path file = Files.createTempFile("part", ".txt");
    try {
      Files.write(file, part);
      assertThat(causes(file)).isNotEmpty().isSubsetOf(causes(capture));
    } finally {
      Files.delete(file);
    }
  }

  /** Two bugs that free a VMA whose count is not 0: a baseline with the one does not hide the other. */
  @Test
  void shouldTellAVmaThatIsNotDetachedFromOneWithAReader() throws Exception {
    assertThat(causes(Path.of("../samples/broken-free-attached-churn.txt.zst"))).containsExactly("R59/vm_area_free/munmap/not-detached");
    assertThat(causes(Path.of("../samples/broken-detach-no-wait-churn.txt.zst"))).containsExactly("R59/vm_area_free/munmap/under-reader", "R59/vm_area_free/under-reader");
  }

  /** Each is another bug, though the rule is the same: the call, the operation or the kind of the breach differs. */
  @ParameterizedTest
  @CsvSource({
    "e0-07-store-without-lock, R47/ma_write/mmap", "e0-08-erase-without-lock, R47/ma_write/munmap", "e0-28-fork-stores-after-unlock, R47/ma_write",
    "e0-03-write-released-twice, R41/mmap_lock_released/mmap/write-not-held", "e0-04-read-released-twice, R41/mmap_lock_released/munmap/read-not-held",
    "e0-19-write-released-as-read, R41/mmap_lock_released/mmap/read-of-a-writer", "e0-18-downgraded-released-as-write, R41/mmap_lock_released/munmap/write-of-a-reader",
    "e0-25-released-by-another-task, R41/mmap_lock_released/write-not-held", "e0-16-write-lock-twice-same-task, R40/mmap_lock_acquire_returned/mmap/for-writing",
    "e2-16-lock-seq-ahead, R11/__vma_start_write/ahead", "e2-38-seq-changes-inside-section, R11/vma_mark_detached/munmap/went-back",
    "e2-04-freed-refcnt1, R59/vm_area_free/not-detached", "e2-17-freed-twice, R61/vm_area_free", "e2-18-allocated-twice, R61/__mmap_region",
    "e2-05-freed-under-reader, R60/vm_area_free", "e2-30-eintr-but-seq-set, R10/__split_vma/has-the-lock"
  })
  void shouldTellBugsOfOneRuleApart(String edit, String cause) throws Exception {
    assertThat(shared("edited/" + edit)).contains(cause);
  }
}
