package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmatrace.checker.report.Report.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Of the captures beside the project each is named by a test that says what must come out of it; perf-label is PerfPausesTest's. */
class GivenCapturesTest {
  /** Where the tests are, of all modules. */
  private static final List<Path> TESTS = List.of(Path.of("src/test/java"), Path.of("../cli/src/test/java"));

  @ParameterizedTest
  @ValueSource(strings = {"real", "reported", "incomplete", "edited"})
  void shouldNameEachCaptureInATest(String folder) throws IOException {
    assumeTrue(RealCaptures.hasShared(), "needs the captures beside the project");
    StringBuilder tests = new StringBuilder();
    for (Path module : TESTS) {
      try (Stream<Path> files = Files.walk(module)) {
        for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          tests.append(Files.readString(file));
        }
      }
    }
    try (Stream<Path> captures = Files.list(RealCaptures.shared(folder))) {
      assertThat(captures.map(path -> name(path.getFileName().toString()))).isNotEmpty().allMatch(name -> tests.indexOf(name) >= 0);
    }
  }

  /** Up to the first dot that no digit is before, as in 6.19.14. */
  private static String name(String file) {
    return file.replaceFirst("(?<!\\d)\\.(?!\\d).*|\\.(txt|log)\\.zst$", "");
  }

  /**
   * The first is a clean capture to the byte: what its name says was not done to it. Of the second, recorded by perf record -c 7, no event is
   * missing: perf_swevent_event() (kernel/events/core.c) makes a sample of each where the samples tell their period.
   */
  @ParameterizedTest
  @CsvSource({"edited/e2-23-freed-vma-stored.txt.zst, OK", "real/inconclusive-period7.perf.data.zst, OK"})
  void shouldCheck(String capture, Verdict verdict) throws Exception {
    assumeTrue(RealCaptures.hasShared(), "needs the captures beside the project");
    assertThat(Check.run(RealCaptures.shared(capture).toString(), new Check.Options(null, false), _ -> {}).verdict()).isEqualTo(verdict);
  }
}
