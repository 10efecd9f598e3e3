package io.vmatrace.checker.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.KernelReport;
import io.vmatrace.parser.input.CaptureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Logs and traces as people reported and mailed them; small files made after public bug reports. */
class ReportedLogsTest {
  private static final Path REPORTED = Path.of("src/test/resources/reported");

  @TempDir Path folder;

  /** The line of the report, its task, the kernel, the rules that it is about, and a word of what it means. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "assert-before-vma-locks   | 3 | probe-4666 | mmap-lock 6.0.0-box | '' | looked up without the mmap_lock",
      "assert-in-mm-h            | 3 | probe-504  | rwsem 6.5.0-box     | R29 | a VMA was changed without its write lock",
      "empty-dump                | 1 | probe-313  | refcount 6.18.0-box | '' |",
      "hung-fault-deep           | 1 | probe-812  | refcount 6.18.0-box | R26 R39 | a page fault waits for the mmap_lock",
      "hung-mmap-writer          | 1 | probe-8529 | refcount 6.15.0-box | R26 R39 | to take the mmap_lock for writing",
      "hung-powerpc              | 1 | probe-6660 | refcount 6.18.0-box | R26 R02 R30 | a writer waits for the readers of a VMA",
      "kasan-decoded-frames      | 1 | probe-812  | refcount 6.18.0-box | R15 R60 R76 | that was freed",
      "kasan-not-freed           | 1 | probe-75   | rwsem 6.12.9-box    | '' |",
      "lockdep-vma-lock-only-held| 2 | probe-508  | rwsem 6.9.0-box     | '' |",
      "log-audit-line            | 3 | probe-801  | refcount 6.18.3-box | R02 R01 | vm_refcnt overflowed",
      "log-bracket-title         | 2 | probe-448  | refcount 6.18.0-box | '' | where one must not sleep",
      "log-caller-only           | 2 | probe-801  | refcount 6.18.3-box | R02 R01 | vm_refcnt overflowed",
      "log-ci-stamp              | 2 | probe-801  | refcount 6.18.3-box | R02 R01 | vm_refcnt overflowed",
      "log-locks-held-kworker    | 1 | probe-9787 | refcount 6.18.3-box | R26 R02 R30 | a writer waits for the readers of a VMA",
      "log-quoted-mail           | 2 | probe-801  | refcount 6.18.3-box | R02 R01 | vm_refcnt overflowed",
      "look-up-null-next-kernel  | 1 | probe-2701 | refcount 6.14.0-rc3-next-20250218-box | R23 | used a null pointer or an error code"})
  void shouldExplainWhatTheKernelSaid(String name, long line, String task, String kernel, String rules, String meaning) throws Exception {
    Report report = check(file(name));
    KernelReport said = report.kernelReports().getFirst();
    assertThat(report.format()).isEqualTo("kernel-log");
    assertThat(report.clock()).isEqualTo("seconds");
    assertThat(report.input().damaged()).isZero();
    assertThat(report.kernelReports()).hasSize(1);
    assertThat(said.line()).isEqualTo(line);
    assertThat(said.comm() + "-" + said.pid()).isEqualTo(task);
    assertThat(report.kernel().generation() + " " + report.kernel().release()).isEqualTo(kernel);
    assertThat(said.rules()).containsExactlyElementsOf(rules.isEmpty() ? List.of() : Arrays.asList(rules.split(" ")));
    if (meaning == null) {
      assertThat(said.meaning()).isNull();
    } else {
      assertThat(said.meaning()).contains(meaning);
    }
  }

  @Test
  void shouldNotSpeakOfTheVmaLockToAKernelWithoutOne() throws Exception {
    assertThat(check(file("assert-before-vma-locks")).kernelReports().getFirst().meaning()).doesNotContain("VMA lock");
    assertThat(check(file("look-up-null-next-kernel")).kernelReports().getFirst().meaning()).doesNotContain("freed");
  }

  @Test
  void shouldAdviseWhatGivesADumpNextTime() throws Exception {
    assertThat(check(file("hung-mmap-writer")).reasons()).singleElement().asString().contains("kernel.hung_task_panic=1").doesNotContain("panic_on_warn");
    assertThat(check(file("empty-dump")).reasons()).singleElement().asString().contains("it is empty").doesNotContain("sysctl");
    assertThat(check(file("advice-repeats-recorded")).reasons()).singleElement().asString()
        .contains("no task takes the mmap_lock for writing").contains("exceptions:* and maple_tree:*").doesNotContain("mmap_lock:*");
  }

  @Test
  void shouldReadWhatWasPaddedOrIndented() throws Exception {
    Report graph = check(file("graph-trailing-blanks"));
    assertThat(graph.format()).isEqualTo("ftrace-function-graph");
    assertThat(graph.input().damaged()).isZero();
    assertThat(graph.input().events()).isEqualTo(4);
    for (String with : List.of("", "  ", "> ", "> > ")) {
      Path indented = folder.resolve("indented");
      Files.write(indented, Files.readAllLines(file("header-indented")).stream().map(line -> with + line.substring(2)).toList());
      Report report = check(indented);
      assertThat(report.input().damaged()).as("with '%s' before each line", with).isZero();
      assertThat(report.input().decoded()).isEqualTo(2);
      assertThat(report.verdict()).isEqualTo(check(file("header-indented")).verdict());
    }
  }

  @Test
  void shouldRefuseAnEncodedMail() {
    assertThatThrownBy(() -> check(file("mail-quoted-printable"))).isInstanceOf(CaptureException.class).hasMessageContaining("a mail in quoted-printable");
  }

  private static Path file(String name) {
    return REPORTED.resolve(name + ".txt");
  }

  private static Report check(Path file) throws IOException, CaptureException {
    return Check.run(file.toString(), new Check.Options(null, false), _ -> {});
  }
}
