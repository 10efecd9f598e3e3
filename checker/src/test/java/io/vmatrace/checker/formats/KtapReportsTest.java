package io.vmatrace.checker.formats;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.checker.report.ReportSamples;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** KTAP by its grammar (Documentation/dev-tools/ktap.rst, 7.2): no reader compares a test's line with those of the tests in it. */
class KtapReportsTest {
  private static final Pattern RESULT = Pattern.compile("(ok|not ok) (\\d+) ([^#\\p{Cntrl}]+?)( # (SKIP|XFAIL|ERROR) ([^#\\p{Cntrl}]*))?");

  /** A line of a test. */
  private record Result(boolean ok, String name, String directive, String reason) {
    static Result of(String line, int number) {
      Matcher result = RESULT.matcher(line);
      assertThat(line).matches(RESULT);
      result.matches();
      assertThat(result.group(2)).isEqualTo(String.valueOf(number));
      return new Result(result.group(1).equals("ok"), result.group(3), String.valueOf(result.group(5)), String.valueOf(result.group(6)));
    }
  }

  /** A test and those in it. */
  private record Capture(Result whole, List<Result> tests) {}

  private static List<Capture> parse(String ktap) {
    List<String> lines = ktap.lines().filter(line -> !line.startsWith("  # ")).toList();
    assertThat(lines.getFirst()).isEqualTo("KTAP version 1");
    List<Capture> captures = new ArrayList<>();
    int at = 2;
    while (at < lines.size()) {
      assertThat(lines.get(at)).isEqualTo("  KTAP version 1");
      int plan = Integer.parseInt(lines.get(at + 1).replaceFirst("^  1\\.\\.", ""));
      at += 2;
      List<Result> tests = new ArrayList<>();
      for (int i = 1; i <= plan; i++) {
        assertThat(lines.get(at)).startsWith("  ");
        tests.add(Result.of(lines.get(at++).substring(2), i));
      }
      captures.add(new Capture(Result.of(lines.get(at++), captures.size() + 1), tests));
    }
    assertThat(lines.get(1)).isEqualTo("1.." + captures.size());
    return captures;
  }

  @Test
  void shouldKeepToTheGrammar() {
    String ktap = OddRuns.written(CheckFormat.KTAP);
    List<Capture> captures = parse(ktap);
    assertThat(captures).hasSize(OddRuns.REPORTS.size() + OddRuns.UNREAD.size());
    assertThat(captures).extracting(capture -> capture.whole().name()).doesNotHaveDuplicates();
    assertThat(captures).allMatch(capture -> capture.whole().ok() == capture.tests().stream().allMatch(Result::ok));
    assertThat(ktap.lines()).hasSizeLessThan(300);
  }

  @Test
  void shouldFailForViolationsAndUnreadableInputsOnly() {
    List<Capture> captures = parse(OddRuns.written(CheckFormat.KTAP));
    assertThat(captures.stream().filter(capture -> !capture.whole().ok()).map(capture -> capture.whole().name()))
        .containsExactly("odd \\x231\\x1b[31m, a:b%0A::error::<x>]]>.txt", "broken.txt", "broken.txt (2)", "causes.txt", "cut.txt", "gone\\x23.txt", "all.zip!a\\x07/b.txt");
    assertThat(captures.stream().filter(capture -> capture.whole().directive().equals("SKIP")).map(capture -> capture.whole().name())).containsExactly("lost.txt", "nothing.txt");
  }

  @Test
  void shouldSayWhatARuleCameTo() {
    List<Capture> captures = parse(Written.of(CheckFormat.KTAP, List.of(ReportSamples.known(), ReportSamples.cutShort())));
    assertThat(captures.getFirst().tests())
        .containsExactly(
            new Result(true, "capture", "null", "null"),
            new Result(true, "R18", "null", "null"),
            new Result(true, "R33", "SKIP", "what it is about never happened"),
            new Result(true, "R59", "XFAIL", "known: R59/vm_area_free"));
    assertThat(captures.getLast().tests()).contains(new Result(false, "capture", "ERROR", "cut.txt: the file is damaged at byte 99"), new Result(false, "R59", "null", "null"));
  }

  /** A comm may be what looks like a result; it stands behind a number sign. */
  @Test
  void shouldQuoteEvidenceInDiagnosticsOnly() {
    String ktap = Written.of(CheckFormat.KTAP, List.of(ReportSamples.odd()));
    assertThat(ktap).contains("\n  # R59/vm_area_free: a VMA is freed while it is attached [memory-safety]\n").contains("  #   | \\x01\\x1b[1m#%,:\\x0d]]>\\ud800\\x85-212 [001]");
    assertThat(ktap.chars().filter(c -> c != '\n' && Character.isISOControl(c))).isEmpty();
  }
}
