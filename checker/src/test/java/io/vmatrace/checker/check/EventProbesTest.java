package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.Certainty;
import io.vmatrace.checker.report.Report.Evidence;
import io.vmatrace.checker.report.Report.RuleResult;
import io.vmatrace.checker.report.Report.Status;
import io.vmatrace.checker.report.Report.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Recordings of 7.2.13 with tracepoints and event probes only, as `vmatrace record` makes them of a kernel whose functions cannot be probed. */
class EventProbesTest {
  private static final Path FOLDER = Path.of("src/test/resources/eventprobes");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"churn", "fork-faults", "stack"})
  void shouldCheckValuesWithoutProbesOnFunctions(String program) throws Exception {
    Report report = check(text(program));
    assertThat(report.verdict()).isEqualTo(Verdict.OK);
    assertThat(report.evidence()).isEqualTo(Evidence.E2);
    assertThat(report.findings()).isEmpty();
    for (String rule : List.of("R01", "R11", "R12", "R13", "R37")) {
      RuleResult result = result(report, rule);
      assertThat(result.status()).as(rule).isEqualTo(Status.HELD);
      assertThat(result.checked()).as(rule).isGreaterThan(20);
    }
    assertThat(result(report, "R48").status()).isEqualTo(Status.NOT_EVIDENCED);
  }

  /** One value of one event, of the tenth of those that have it, is another. */
  @ParameterizedTest
  @CsvSource({"ma_write_vma: .* refcnt=0x1 lock_seq=(\\d+), 7, R37", "mmap_lock_seq: .*mm_seq=(\\d*[13579])$, 1, R12", "ma_write_vma: .* refcnt=0x1 .*mm_seq=(\\d+)$, 1, R12", "ma_write_vma: .* refcnt=0x(1), -2, R01"})
  void shouldConvictAChangedValue(String value, int change, String rule) throws Exception {
    String text = text("churn");
    MatchResult at = Pattern.compile(value, Pattern.MULTILINE).matcher(text).results().skip(9).findFirst().orElseThrow();
    String other = Integer.toUnsignedString(Integer.parseInt(at.group(1)) + change, rule.equals("R01") ? 16 : 10);
    Report report = check(text.substring(0, at.start(1)) + other + text.substring(at.end(1)));
    assertThat(report.verdict()).isEqualTo(Verdict.VIOLATION);
    assertThat(report.findings()).filteredOn(found -> found.certainty() == Certainty.DEFINITE).extracting(Report.FindingReport::rule).contains(rule);
  }

  /** What another tree gets is no VMA, whatever lies there. */
  @Test
  void shouldTakeNothingForAVmaOfAnotherMm() throws Exception {
    Report report = check(text("churn").replaceAll("(ma_write_vma: .* mm=)0xff\\w+(.* lock_seq=)\\d+", "$10xff35163f00000000$277"));
    assertThat(report.verdict()).isEqualTo(Verdict.OK);
    assertThat(result(report, "R37").checked()).isZero();
  }

  private static RuleResult result(Report report, String rule) {
    return report.rules().stream().filter(result -> result.id().equals(rule)).findFirst().orElseThrow();
  }

  private Report check(String text) throws Exception {
    return Check.run(Files.writeString(folder.resolve("capture.txt"), text).toString(), new Check.Options(null, false), _ -> {});
  }

  private static String text(String program) throws IOException {
    return new String(RealCaptures.bytes(FOLDER.resolve(program + "-7.2.13.txt.zst")), StandardCharsets.UTF_8);
  }
}
