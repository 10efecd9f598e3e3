package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exit statuses and messages: one clear line, and what could be read is still reported. */
class CommandLineTest {
  private static final String CLEAN = "samples/clean-7.2.13-churn.txt.zst";
  private static final String BROKEN = "samples/broken-free-attached-churn.txt.zst";

  @TempDir Path folder;

  @Test
  void shouldEndWithTheWorstOfSeveralCaptures() {
    assertThat(Runs.run("check", CLEAN).status()).isZero();
    assertThat(Runs.run("check", CLEAN, BROKEN).status()).isEqualTo(1);
    assertThat(Runs.run("check", BROKEN, "nowhere").status()).isEqualTo(3);
  }

  @Test
  void shouldSayWhatIsWrongInOneLine() throws IOException {
    assertRefused("no such file", folder.resolve("nowhere").toString());
    assertRefused("cut short", file("stub.zst", Arrays.copyOf(Files.readAllBytes(Path.of(CLEAN)), 3_000)));
    assertRefused("is a directory", folder.toString());
    assertRefused("empty", file("empty", new byte[0]));
    assertRefused("PNG", file("picture", new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0}));
    assertRefused("is not a trace", file("letter", "Dear kernel,\nhow are you?\n".getBytes(StandardCharsets.UTF_8)));
    assertRefused("is binary", file("binary", new byte[64]));
    assertRefused("this trace.dat is cut short at byte 10", file("dat", new byte[] {0x17, 0x08, 0x44, 't', 'r', 'a', 'c', 'i', 'n', 'g'}));
  }

  @ParameterizedTest
  @ValueSource(strings = {"check", "check --format nonsense x", "check --nonsense x", "nonsense", "rules R999", ""})
  void shouldCallMisuseByItsName(String arguments) {
    Runs.Result result = Runs.run(arguments.isEmpty() ? new String[0] : arguments.split(" ", -1));
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err().lines()).hasSize(1);
    assertThat(result.err()).startsWith("vmatrace: ").contains("--help");
    assertThat(result.out()).isEmpty();
  }

  @Test
  void shouldReportWhatATruncatedFileStillHolds() throws IOException {
    byte[] whole = Files.readAllBytes(Path.of(CLEAN));
    Runs.Result result = Runs.run("check", file("cut.zst", Arrays.copyOf(whole, whole.length / 2)));
    assertThat(result.status()).isEqualTo(4);
    assertThat(result.err().lines()).hasSize(1);
    assertThat(result.err()).contains("cut short");
    assertThat(result.out()).startsWith("INCONCLUSIVE").contains("cut short");
    assertThat(Runs.run("check", "--allow-inconclusive", folder.resolve("cut.zst").toString()).status()).isZero();
  }

  @Test
  void shouldCheckEachCaptureOfAnArchive() throws IOException {
    Runs.Result result = Runs.run("check", zip("all.zip", CLEAN, "LICENSE", BROKEN));
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.out()).contains("OK  " + folder.resolve("all.zip") + "!" + CLEAN + ":", "VIOLATION  " + folder.resolve("all.zip") + "!" + BROKEN + ":");
    assertThat(result.err().lines()).singleElement().asString().contains("!LICENSE: is not a trace").endsWith("passed over");
    assertThat(Runs.run("check", "--format", "json", folder.resolve("all.zip").toString()).out()).contains("!" + CLEAN + "\"");
  }

  @Test
  void shouldRefuseAnArchiveWithoutACapture() throws IOException {
    Runs.Result result = Runs.run("check", zip("none.zip", "LICENSE", "CHANGELOG.md"));
    assertThat(result.status()).isEqualTo(3);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines()).hasSize(3);
    assertThat(result.err()).contains("no capture in it");
  }

  private String zip(String name, String... members) throws IOException {
    Path zip = folder.resolve(name);
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      for (String member : members) {
        out.putNextEntry(new ZipEntry(member));
        Files.copy(Path.of(member), out);
      }
    }
    return zip.toString();
  }

  @Test
  void shouldQuoteTheKernelWhereALogHasNoDump() throws IOException {
    String log =
        """
        [    1.000000] ------------[ cut here ]------------
        [    1.000001] refcount_t: saturated; leaking memory.
        [    1.000002] WARNING: lib/refcount.c:19 at 0x0, CPU#1: a b/7
        [    1.000003] Call Trace:
        [    1.000004]  __vma_start_write+0x1/0x2
        """;
    Runs.Result result = Runs.run("check", file("console", log.getBytes(StandardCharsets.UTF_8)));
    assertThat(result.status()).isEqualTo(4);
    assertThat(result.out()).contains("ftrace_dump_on_oops=1", "line 2: refcount_t: saturated", "task a b-7, CPU 1", "B17");
  }

  @Test
  void shouldFindNothingToSayInAnEmptyTrace() throws IOException {
    Runs.Result result = Runs.run("check", file("none", "# tracer: nop\n#\n".getBytes(StandardCharsets.UTF_8)));
    assertThat(result.status()).isEqualTo(4);
    assertThat(result.out()).contains("nothing here that a rule could use");
  }

  @Test
  void shouldPrintOneObjectPerLineAsNdjson() {
    String out = Runs.run("check", "--format", "ndjson", BROKEN).out();
    assertThat(out.lines()).hasSize(25).allMatch(line -> line.startsWith("{") && line.endsWith("}"));
  }

  @Test
  void shouldExplainEveryRuleItLists() {
    Runs.Result list = Runs.run("rules");
    assertThat(list.status()).isZero();
    assertThat(list.out().lines().count()).isGreaterThanOrEqualTo(20);
    list.out().lines().map(line -> line.substring(0, line.indexOf(' '))).forEach(id -> {
      assertThat(Runs.run("rules", id).out()).startsWith("# " + id + ": ");
    });
  }

  @Test
  void shouldHelpWithExamples() {
    for (String command : new String[] {"--help", "check --help", "info --help", "events --help", "replay --help", "whatif --help", "measure --help", "rules --help"}) {
      Runs.Result result = Runs.run(command.split(" ", -1));
      assertThat(result.status()).isZero();
      assertThat(result.out()).contains("Examples:");
    }
  }

  private void assertRefused(String what, String path) {
    Runs.Result result = Runs.run("check", path);
    assertThat(result.status()).isEqualTo(3);
    assertThat(result.err().lines()).hasSize(1);
    assertThat(result.err()).startsWith("vmatrace: " + path + ": ").contains(what);
    assertThat(result.out()).isEmpty();
  }

  private String file(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes).toString();
  }
}
