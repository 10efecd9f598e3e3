package io.vmatrace.checker.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScriptTest {
  private static final String PROBE = "f:vmatrace/a a vma=vma:x64 refcnt=madv_behavior->vma->vm_refcnt.refs.counter:x32 mm_seq=madv_behavior->vma->vm_mm->mm_lock_seq.sequence:u32 $V";

  private static List<String> lines(int columns) {
    Advice.Step step = new Advice.Step("probes", List.of("R01"), List.of("echo 1 > tracing_on"), List.of(PROBE), Map.of("V", "start=vma->vm_start:x64 end=vma->vm_end:x64"));
    return Script.lines(List.of(step), columns);
  }

  @ParameterizedTest
  @ValueSource(ints = {48, 60, 80})
  void shouldFitThePage(int columns) {
    assertThat(lines(columns)).allSatisfy(line -> assertThat(line.length()).as(line).isLessThanOrEqualTo(columns));
  }

  @Test
  void shouldCutAWordWhereAMemberBegins() {
    assertThat(lines(48)).contains("  'refcnt=madv_behavior->vma->vm_refcnt.refs.'\\", "'counter:x32' \\");
  }

  /** As the shell reads them, a narrow page's lines are those of a wide one. */
  @ParameterizedTest
  @ValueSource(ints = {20, 48, 60, 500})
  void shouldSayTheSameOnANarrowPage(int columns) throws IOException, InterruptedException {
    List<String> lines = lines(columns).stream().filter(line -> !line.startsWith("cd ") && !line.startsWith("p() ") && !line.contains("tracing_on")).toList();
    Process shell = new ProcessBuilder("sh", "-c", "p() { echo \"$*\"; }\n" + String.join("\n", lines)).start();
    try (InputStream out = shell.getInputStream()) {
      assertThat(new String(out.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(PROBE.replace("$V", "start=vma->vm_start:x64 end=vma->vm_end:x64") + "\n");
    }
    assertThat(shell.waitFor()).isZero();
  }
}
