package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Recordings of clean kernels with only the begins of one system call, and only the ends of another: that says nothing of gaps. */
@Tag("soundness")
class HalfRecordedCallsTest {
  @TempDir private Path folder;

  /** One of the samples as if only some of its system calls had been recorded. */
  private Report check(String program, String begins, String ends, Predicate<Integer> recorded) throws Exception {
    List<String> all = RealCaptures.lines(Path.of("../samples/programs/" + program + ".txt.zst"));
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      String line = all.get(i);
      boolean call = line.contains(": sys_");
      boolean kept = line.matches(".*: sys_(%s)\\(.*".formatted(begins)) || line.matches(".*: sys_(%s) ->.*".formatted(ends));
      boolean other = line.matches(".*: (mmap_lock|page_fault|ma)_.*") || line.startsWith("#") && !line.contains("entries-in-buffer");
      if ((call ? kept : other) && recorded.test(i)) {
        lines.add(line);
      }
    }
    Path file = Files.write(folder.resolve("half.txt"), RealCaptures.join(lines));
    return Check.run(file.toString(), new Check.Options(null, true), _ -> {});
  }

  @ParameterizedTest
  @CsvSource({
    "gcc, mmap, munmap", "gcc, munmap, mmap", "gcc, brk, mmap", "gcc, mmap, brk|close", "stress-fault, mmap, munmap", "stress-fault, munmap, mmap", "stress-fault, madvise, munmap",
    "stress-stackmmap, mmap, munmap", "stress-stackmmap, munmap, mmap", "stress-userfaultfd, mmap, madvise", "stress-userfaultfd, brk, mmap"
  })
  void shouldBeOkWhereOnlyBeginsOfOneCallAndOnlyEndsOfAnotherAreRecorded(String program, String begins, String ends) throws Exception {
    Report report = check(program, begins, ends, _ -> true);
    assertThat(report.reasons()).noneMatch(reason -> reason.startsWith("events are missing"));
    assertThat(report.verdict()).isEqualTo(Verdict.OK);
  }

  /** The begin of a munmap() is missing in a gap: it is seen later that such begins are recorded. */
  @Test
  void shouldSeeAGapBeforeTheFirstBeginOfACall() throws Exception {
    List<String> all = RealCaptures.lines(Path.of("../samples/programs/stress-fault.txt.zst"));
    int first = all.indexOf(all.stream().filter(line -> line.contains(": sys_munmap(")).findFirst().orElseThrow());
    Report report = check("stress-fault", "mmap|munmap", "munmap", line -> line != first);
    assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(report.reasons().getFirst()).startsWith("events are missing after line ").contains("a system call has no begin or no end (1 such place in all)");
  }
}
