package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.Certainty;
import io.vmatrace.checker.report.Report.FindingReport;
import io.vmatrace.checker.report.Report.KernelReport;
import io.vmatrace.checker.report.Report.Verdict;
import io.vmatrace.parser.input.CaptureException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logs of consoles with dumps of the trace in them: one of a real machine that died, and what may have happened to such a log. */
@Execution(ExecutionMode.CONCURRENT)
class ConsoleLogTest {
  private static final Path LOG = Path.of("../samples/broken-no-reader-wait-oops-console.log.zst");
  private static final Path WARNING = Path.of("../../shared/corpora/kernel-log-refcount-warning.txt");
  private static final int EDITS = Integer.getInteger("vmatrace.edits", 60);
  private static final Pattern EVENT = Pattern.compile("^(.{16})-(\\d+) +\\[(\\d+)\\] (\\S+) +(\\d+)\\.(\\d+): (.*)$");

  @TempDir Path folder;

  @Test
  void shouldConvictTheKernelThatDied() throws Exception {
    Report report = check(log());
    assertThat(report.verdict()).isEqualTo(Verdict.VIOLATION);
    assertThat(report.format()).isEqualTo("kernel-log");
    assertThat(report.kernel()).isEqualTo(new Report.Kernel("7.2.13", "exclude-readers"));
    assertThat(report.input().damaged()).isZero();
    assertThat(report.input().lost()).isEqualTo(77);
    FindingReport finding = report.findings().getFirst();
    assertThat(report.findings()).hasSize(1);
    assertThat(finding.rule()).isEqualTo("R32");
    assertThat(finding.certainty()).isEqualTo(Certainty.DEFINITE);
    assertThat(finding.evidence()).extracting(Report.Quote::line).containsExactly(1270L, 1271L, 1283L);
    assertThat(finding.at().text()).contains("__vma_start_write_ret:").contains("vma=0xff2a6b76804f3cc0").contains("refcnt=0x2");
  }

  @Test
  void shouldQuoteWhatTheKernelSaid() throws Exception {
    List<KernelReport> said = check(log()).kernelReports();
    assertThat(said).extracting(KernelReport::title).startsWith("kernel BUG at mm/rmap.c:1472!", "Voluntary context switch within RCU read-side critical section!");
    KernelReport bug = said.getFirst();
    assertThat(bug.line()).isEqualTo(10);
    assertThat(bug.function()).isEqualTo("folio_add_new_anon_rmap");
    assertThat(bug.comm() + "-" + bug.pid() + " on " + bug.cpu()).isEqualTo("workload-48 on 1");
    assertThat(bug.rules()).startsWith("R32");
    assertThat(said.get(1).meaning()).isNull();
  }

  /** The same log as other ways of the console would have it. */
  static Stream<Arguments> ways() {
    return Stream.of(
        way("without carriage returns", line -> line),
        way("with carriage returns", line -> line + "\r"),
        way("with stamps", line -> "[    2.545348] " + line),
        way("with stamps and callers", line -> "[   99.057804][   T48] " + line),
        way("with callers of a CPU", line -> "[   99.057804][    C0] " + line + "\r"),
        way("with levels", line -> "<0>[    2.545348] " + line),
        way("from syslog", line -> "Nov 24 22:21:50 box kernel: [    2.545348] " + line),
        way("from syslog with ISO dates", line -> "2026-11-24T22:21:50.123456+00:00 box kernel: " + line),
        way("from dmesg -x", line -> "kern  :emerg : [    2.545348] " + line),
        way("from a CI job", line -> "2026-01-05T19:14:20.8843628Z " + line),
        way("from a CI job, with stamps", line -> "2026-01-05T19:14:20.8843628Z [    2.545348] " + line),
        way("from minicom", line -> "[2026-03-28 22:39:25] " + line),
        way("quoted in a mail", line -> "> [    2.545348] " + line),
        way("from /dev/kmsg", line -> "4,1234,99057001,-,caller=T48;" + line),
        way("padded", line -> "%-160s\r".formatted(line)),
        way("from dmesg -T", line -> "[Tue Nov 24 22:21:50 2026] " + line),
        way("with the blanks before short names gone", line -> line.startsWith("      sh-") ? line.strip() : line));
  }

  private static Arguments way(String name, UnaryOperator<String> line) {
    return Arguments.of(name, line);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ways")
  void shouldReadTheLogInEveryForm(String name, UnaryOperator<String> line) throws Exception {
    Report report = check(join(lines().stream().map(line).toList()));
    assertThat(report.input().decoded()).as(name).isEqualTo(1249);
    assertThat(report.input().damaged()).isZero();
    assertThat(report.findings()).extracting(FindingReport::rule).containsExactly("R32");
    assertThat(report.kernelReports().getFirst().title()).isEqualTo("kernel BUG at mm/rmap.c:1472!");
  }

  /** Lines of others between the events, each whole: none of them takes an event with it. */
  @ParameterizedTest
  @ValueSource(strings = {"[   99.057804] ", "[   99.057804][   T48] ", "Nov 24 22:21:50 box kernel: "})
  void shouldLoseNothingToLinesOfOthersBetweenRecords(String stamp) throws Exception {
    List<String> log = new ArrayList<>();
    for (String line : lines()) {
      log.add(stamp + line);
      if (line.contains("us : ") && log.size() % 7 < 3) {
        log.add(stamp + "usb 1-1: new high-speed USB device number " + log.size());
      }
    }
    Report report = check(join(log));
    assertThat(report.input().damaged()).isZero();
    assertThat(report.input().decoded()).isEqualTo(1249);
    assertThat(report.findings()).extracting(FindingReport::rule).containsExactly("R32");
  }

  /** Without stamps an event that does not end as the last one of its kind may have been cut by the line behind it. */
  @Test
  void shouldLoseLittleToLinesOfOthersWithoutStamps() throws Exception {
    List<String> log = new ArrayList<>();
    int strays = 0;
    for (String line : lines()) {
      log.add(line);
      if (line.contains("us : ") && log.size() % 50 == 0) {
        log.add("audit: type=1400 audit(1764000000.123:8): apparmor=\"DENIED\" pid=50");
        strays++;
      }
    }
    Report report = check(join(log));
    assertThat(strays).isGreaterThan(20);
    assertThat(report.input().damaged()).isLessThanOrEqualTo(8);
    assertThat(report.findings()).extracting(FindingReport::rule).containsExactly("R32");
  }

  /** Where printk says that it dropped messages, they may have been events. */
  @Test
  void shouldCountDroppedMessages() throws Exception {
    List<String> log = new ArrayList<>(lines().stream().map(line -> "[   99.057804] " + line).toList());
    log.add(600, "[   99.057804] ** 12 printk messages dropped **");
    Report report = check(join(log));
    assertThat(report.input().damaged()).isBetween(1L, 2L);
    assertThat(report.problems()).anyMatch(problem -> problem.what().contains("printk dropped"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[   99.057804] "})
  void shouldSayThatADumpHasNoEnd(String stamp) throws Exception {
    List<String> lines = lines().stream().map(stamp::concat).toList();
    Report report = check(join(lines.subList(0, 843)));
    assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(report.reasons()).anyMatch(reason -> reason.contains("a dump of the trace has no end"));
    List<String> reset = new ArrayList<>(lines.subList(0, 843));
    for (int i = 0; i < 40; i++) {
      reset.add("[    0.0000%02d] boot message".formatted(i));
    }
    assertThat(check(join(reset)).reasons()).anyMatch(reason -> reason.contains("a dump of the trace has no end"));
    assertThat(check(join(lines)).reasons()).noneMatch(reason -> reason.contains("a dump of the trace has no end"));
  }

  @Test
  void shouldTakeEachDumpForItself() throws Exception {
    List<String> twice = new ArrayList<>(lines());
    twice.addAll(lines());
    Report report = check(join(twice));
    assertThat(report.findings()).extracting(FindingReport::rule).containsExactly("R32", "R32");
    assertThat(report.input().damaged()).isZero();
    assertThat(report.reasons()).noneMatch(reason -> reason.contains("time goes back"));
  }

  @Test
  void shouldNotConvictWhereTheDumpHasNoEnd() throws Exception {
    List<String> lines = lines();
    int end = lines.lastIndexOf("---------------------------------");
    Report report = check(join(lines.subList(0, end)));
    assertThat(report.findings()).isEmpty();
    assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
  }

  @Test
  void shouldNotConvictWhereOnlyOneCpuWasDumped() throws Exception {
    List<String> lines = lines().stream().filter(line -> !line.matches("^.{8}-\\d+ +0[.dDb].*")).toList();
    assertThat(check(join(lines)).findings()).isEmpty();
  }

  @Test
  void shouldLeaveACutDumpWhenTheMachineBootsAgain() throws Exception {
    List<String> log = new ArrayList<>(lines().subList(0, 600));
    for (int i = 0; i < 500; i++) {
      log.add("[    0.%06d] boot message %d".formatted(i, i));
    }
    Report report = check(join(log));
    assertThat(report.input().damaged()).isBetween(1L, 20L);
    assertThat(report.findings()).isEmpty();
  }

  @Test
  void shouldNotConvictMoreWhenCutAnywhere() throws Exception {
    byte[] log = log();
    for (int edit = 0; edit < EDITS; edit++) {
      Random random = new Random(edit);
      int from = edit % 3 == 0 ? 0 : random.nextInt(log.length);
      int to = edit % 3 == 1 ? log.length : from + random.nextInt(log.length - from);
      assertNoOtherFinding(java.util.Arrays.copyOfRange(log, from, to), "cut, edit " + edit);
    }
  }

  @Test
  void shouldNotConvictMoreWhenLinesAreTorn() throws Exception {
    for (int edit = 0; edit < EDITS; edit++) {
      assertNoOtherFinding(join(torn(new Random(edit), edit % 4)), "torn, edit " + edit);
    }
  }

  /** Other output in the middle of 1 to 20 lines: on a line of its own, glued to the first half, to both, or to the second. */
  private static List<String> torn(Random random, int way) throws IOException {
    List<String> lines = new ArrayList<>(lines());
    for (int tears = 1 + random.nextInt(20); tears > 0; tears--) {
      int at = 48 + random.nextInt(1249);
      String line = lines.get(at);
      int cut = 1 + random.nextInt(Math.max(1, line.length() - 1));
      String other = "usb 1-1: new high-speed USB device number " + tears;
      String head = line.substring(0, Math.min(cut, line.length()));
      String tail = line.substring(head.length());
      List<String> pieces = way == 0 ? List.of(head, other, tail) : way == 1 ? List.of(head + other, tail) : way == 2 ? List.of(head + other + tail) : List.of(head, other + tail);
      lines.remove(at);
      lines.addAll(at, pieces);
    }
    return lines;
  }

  @Test
  void shouldSurviveFlippedBytes() throws Exception {
    for (int edit = 0; edit < EDITS; edit++) {
      Random random = new Random(edit);
      byte[] log = log();
      for (int flips = 1 + random.nextInt(200); flips > 0; flips--) {
        log[random.nextInt(log.length)] ^= (byte) (1 << random.nextInt(8));
      }
      Report report = checkIfReadable(log);
      if (report != null) {
        assertAccounted(report, log.length);
      }
    }
  }

  static Stream<Path> clean() {
    return RealCaptures.clean().filter(path -> path.toString().contains("churn") || path.toString().contains("fault"));
  }

  /** TASK-PID [CPU] FLAGS SECONDS becomes COMM-PID CPU FLAGS MICROSECONDSus, as ftrace_dump() prints it. */
  @ParameterizedTest
  @MethodSource("clean")
  void shouldAcquitACleanCaptureInADump(Path capture) throws Exception {
    List<String> log = new ArrayList<>(List.of("[   12.000000] Dumping ftrace buffer:", "[   12.000001] ---------------------------------"));
    int events = 0;
    for (String line : RealCaptures.lines(capture)) {
      Matcher event = EVENT.matcher(line);
      if (event.matches()) {
        String comm = event.group(1).strip();
        long micros = Long.parseLong(event.group(5)) * 1_000_000 + Long.parseLong(event.group(6));
        log.add(String.format(Locale.ROOT, "[   12.000002] %8.8s-%-7d %3d%s %4dus : %s",
            comm.isEmpty() ? "x" : comm, Long.parseLong(event.group(2)), Long.parseLong(event.group(3)), event.group(4), micros, event.group(7)));
        events++;
      }
    }
    log.add("[   12.999999] ---------------------------------");
    byte[] bytes = join(log);
    Report report = check(bytes);
    assertThat(report.format()).isEqualTo("kernel-log");
    assertThat(report.findings()).isEmpty();
    assertThat(report.input().damaged()).isZero();
    assertThat(report.input().events()).isEqualTo(events);
    assertThat(report.verdict()).isEqualTo(Verdict.OK);
  }

  @Test
  void shouldExplainAWarningWithoutADump() throws Exception {
    assumeTrue(Files.exists(WARNING), "needs the corpora beside the project");
    Report report = Check.run(WARNING.toString(), new Check.Options(null, false), _ -> {});
    assertThat(report.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    assertThat(report.reasons()).singleElement().asString().contains("ftrace_dump_on_oops=1");
    KernelReport said = report.kernelReports().getFirst();
    assertThat(said.title()).isEqualTo("refcount_t: saturated; leaking memory.");
    assertThat(said.function()).isEqualTo("__vma_enter_locked");
    assertThat(said.pid()).isEqualTo(6051);
    assertThat(said.rules()).containsExactly("R02", "R01");
    assertThat(report.input().damaged()).isZero();
    assertAccounted(report, Files.size(WARNING));
  }

  /** A trace that was printed after the messages of the boot, or with some of them in it, is a trace. */
  @Test
  void shouldNotTakeATraceForALog() throws Exception {
    List<String> trace = RealCaptures.lines(RealCaptures.cleanSamples().filter(path -> path.toString().contains("7.2.13-churn")).findFirst().orElseThrow());
    List<String> log = new ArrayList<>();
    for (int i = 0; i < 4000; i++) {
      log.add("[    %d.%06d] boot message %d".formatted(i / 100, i, i));
    }
    log.addAll(trace.subList(0, 60));
    assertThat(check(join(log)).format()).isEqualTo("ftrace-text");
    List<String> noisy = new ArrayList<>(trace);
    noisy.addAll(300, List.of("[   99.057001] ------------[ cut here ]------------", "[   99.057001] WARNING: CPU: 1 PID: 3 at mm/x.c:1 foo+0x1/0x2"));
    Report report = check(join(noisy));
    assertThat(report.format()).isEqualTo("ftrace-text");
    assertThat(report.input().damaged()).isEqualTo(2);
  }

  @Test
  void shouldNotTakeAnyTextForALog() {
    assertThat(catchCapture("hello\nworld\n".getBytes(StandardCharsets.UTF_8))).contains("is not a trace");
  }

  private String catchCapture(byte[] text) {
    try {
      return check(text).path();
    } catch (Exception e) {
      return String.valueOf(e.getMessage());
    }
  }

  private void assertNoOtherFinding(byte[] log, String what) throws Exception {
    Report report = checkIfReadable(log);
    if (report != null) {
      assertThat(report.findings()).as(what).allMatch(finding -> finding.id().startsWith("R32@"));
      assertAccounted(report, log.length);
    }
  }

  private @org.jspecify.annotations.Nullable Report checkIfReadable(byte[] log) throws Exception {
    try {
      return check(log);
    } catch (CaptureException _) {
      return null; // one line for a person
    }
  }

  private Report check(byte[] log) throws IOException, CaptureException {
    Path file = folder.resolve("console.log");
    Files.write(file, log);
    return Check.run(file.toString(), new Check.Options(null, false), _ -> {});
  }

  private static void assertAccounted(Report report, long bytes) {
    Report.Accounting a = report.accounting();
    assertThat(report.input().bytes()).isEqualTo(bytes);
    assertThat(a.header() + a.decoded() + a.ignored() + a.unknown() + a.damaged()).isEqualTo(bytes);
  }

  private static byte[] log() {
    return RealCaptures.bytes(LOG);
  }

  private static List<String> lines() throws IOException {
    return new ArrayList<>(new String(log(), StandardCharsets.ISO_8859_1).lines().map(line -> line.replace("\r", "")).toList());
  }

  private static byte[] join(List<String> lines) {
    return RealCaptures.join(lines);
  }
}
