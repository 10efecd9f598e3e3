package io.vmatrace.cli.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.recipe.Probes;
import io.vmatrace.parser.event.Generation;
import java.util.List;
import java.util.Map;
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

  @Test
  void shouldReadBehindThePointersOfEvents() {
    Map<String, Integer> places = Map.of("mm_struct.mm_lock_seq", 248, "vm_area_struct.vm_start", 0, "vm_area_struct.vm_end", 8, "vm_area_struct.vm_mm", 16, "vm_area_struct.vm_refcnt", 128, "vm_area_struct.vm_lock_seq", 40);
    assertThat(ProbeLines.atEvents(places, "ours")).containsExactlyInAnyOrder(
        "e:ours/mmap_lock_seq mmap_lock/mmap_lock_acquire_returned mm=$mm:x64 mm_seq=+248($mm):u32",
        "e:ours/ma_write_vma maple_tree/ma_write vma=$val:x64 mm=+16($val):x64 start=+0($val):x64 end=+8($val):x64 refcnt=+128($val):x32 lock_seq=+40($val):u32 mm_seq=+248(+16($val)):u32");
    assertThat(ProbeLines.atEvents(Map.of("mm_struct.mm_lock_seq", 248), "ours")).as("where the others are is not known").hasSize(1);
    assertThat(ProbeLines.atEvents(Map.of(), "ours")).isEmpty();
    assertThat(ProbeLines.structs()).containsExactlyInAnyOrder("mm_struct", "vm_area_struct", "vma_prepare");
  }

  /** Lines that name registers read at places that are those of Debian's kernels. */
  @Test
  void shouldReadNothingAtPlacesThatAreOthers() {
    Map<String, Integer> places = Map.of("vm_area_struct.vm_refcnt", 128, "vm_area_struct.vm_lock_seq", 40, "vma_prepare.insert", 40, "vma_prepare.remove", 48);
    Map<String, Integer> moved = Map.of("vm_area_struct.vm_refcnt", 192, "vm_area_struct.vm_lock_seq", 40, "vma_prepare.insert", 40, "vma_prepare.remove", 48);
    List<String> lines = ProbeLines.of(Generation.REFCOUNT, RecordLevel.E2, "ours");
    assertThat(lines).noneMatch(line -> ProbeLines.isAstray(line, Generation.REFCOUNT, places)).noneMatch(line -> ProbeLines.isAstray(line, Generation.REFCOUNT, Map.of()));
    assertThat(lines.stream().filter(line -> ProbeLines.isAstray(line, Generation.REFCOUNT, moved)).map(ProbeLines::event)).containsExactlyInAnyOrder("ours/vma_prepare", "ours/vma_complete");
  }

  private static String line(RecordLevel level) {
    return ProbeLines.of(Generation.REFCOUNT, level, "ours").stream().filter(line -> line.contains("/vma_link ")).findFirst().orElseThrow();
  }
}
