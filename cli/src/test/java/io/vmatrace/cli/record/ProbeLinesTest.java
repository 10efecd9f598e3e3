package io.vmatrace.cli.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.recipe.Probes;
import io.vmatrace.parser.event.Generation;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The lines of docs/CAPTURE.md, for a group of ours and a level. */
class ProbeLinesTest {
  @ParameterizedTest
  @EnumSource(names = {"RWSEM", "REFCOUNT", "EXCLUDE_READERS"})
  void shouldHaveALineForEachProbeOfADesign(Generation design) {
    List<String> lines = ProbeLines.of(design, RecordLevel.E2, "ours");
    assertThat(lines).hasSize((int) Probes.all().stream().filter(probe -> probe.designs().contains(design)).count()).allMatch(line -> line.matches("[fpr]:ours/\\S+ \\S.*"));
    assertThat(lines).noneMatch(line -> line.contains("$V"));
    assertThat(lines).extracting(ProbeLines::event).allMatch(event -> event.startsWith("ours/")).doesNotHaveDuplicates();
  }

  @Test
  void shouldFetchValuesAtLevelE2Only() {
    String line = line(RecordLevel.E1);
    assertThat(line).isEqualTo("f:ours/vma_link vma_link vma=vma:x64 mm=vma->vm_mm:x64 start=vma->vm_start:x64 end=vma->vm_end:x64");
    assertThat(line(RecordLevel.E2)).startsWith(line + " refcnt=");
    assertThat(ProbeLines.of(Generation.REFCOUNT, RecordLevel.E0, "ours")).isEmpty();
  }

  private static String line(RecordLevel level) {
    return ProbeLines.of(Generation.REFCOUNT, level, "ours").stream().filter(line -> line.contains("/vma_link ")).findFirst().orElseThrow();
  }
}
