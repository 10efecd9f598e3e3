package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.Certainty;
import io.vmatrace.checker.report.Report.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The verdicts on every capture beside the project: bytes add up, public files without mm events give none, no clean capture is accused. */
class EveryFormatTest {
  private static final Path SHARED = Path.of("../../shared");

  /** What makes a capture inconclusive: it says about itself that it lost events, was cut, or has a clock that does not order two CPUs. */
  private static final List<Verdict> NOT_ACCUSED = List.of(Verdict.OK, Verdict.INCONCLUSIVE);

  static Stream<Path> corpora() throws IOException {
    return files(SHARED.resolve("corpora"));
  }

  static Stream<Path> formats() throws IOException {
    Path formats = Path.of("../samples/formats");
    return Stream.concat(files(formats).filter(file -> !file.startsWith(formats.resolve("raw"))), Stream.of(formats.resolve("raw")));
  }

  private static Stream<Path> files(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return Stream.of(folder);
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).filter(file -> !file.toString().matches(".*\\.(md|py)")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("corpora")
  void shouldGiveNoVerdictOnAFileWithoutMmEvents(Path file) throws Exception {
    Report report = report(file);
    assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(report.findings()).isEmpty();
    assertThat(report.reasons()).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("formats")
  void shouldAccuseNoCleanCapture(Path file) throws Exception {
    Report report = report(file);
    assertThat(report.verdict()).isIn(NOT_ACCUSED);
    assertThat(report.findings()).noneMatch(finding -> finding.certainty() == Certainty.DEFINITE);
    assertThat(report.findings().isEmpty() || report.verdict() == Verdict.INCONCLUSIVE).isTrue();
    assertThat(report.input().events()).isPositive();
  }

  private static Report report(Path file) throws Exception {
    Assumptions.assumeTrue(Files.exists(file), "needs the captures beside the project");
    Report report = Check.run(file.toString(), new Check.Options(null, true), _ -> {});
    Report.Accounting a = report.accounting();
    assertThat(a.header() + a.decoded() + a.ignored() + a.unknown() + a.damaged()).isEqualTo(report.input().bytes());
    return report;
  }
}
