package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What check writes, and where: several files in one run beside standard output, folders of captures, and the last line. */
class CheckOutputsTest {
  private static final String CLEAN = "samples/clean-7.2.13-churn.txt.zst";
  private static final String BROKEN = "samples/broken-free-attached-churn.txt.zst";

  @TempDir Path folder;

  @Test
  void shouldWriteTheSameToAFileAsToStandardOutput() throws IOException {
    for (String format : new String[] {"text", "json", "ndjson", "ktap", "junit", "sarif", "github", "kcidb --kcidb-origin me --kcidb-build me:1"}) {
      String[] words = format.split(" ", -1);
      Path file = folder.resolve("out");
      Runs.Result printed = Runs.run(("check --format " + format + " " + CLEAN + " nowhere " + BROKEN).split(" ", -1));
      Runs.Result text = Runs.run(("check -o " + format.replaceFirst(words[0], words[0] + ":" + file) + " " + CLEAN + " nowhere " + BROKEN).split(" ", -1));
      assertThat(Files.readString(file)).as(format).isEqualTo(printed.out()).isNotEmpty();
      assertThat(text.status()).isEqualTo(printed.status()).isEqualTo(3);
      assertThat(text.out()).endsWith("\n\n3 captures: 1 OK, 1 VIOLATION, 1 UNREADABLE\n");
    }
  }

  @Test
  void shouldWriteSeveralFilesInOneRun() throws IOException {
    Path ktap = folder.resolve("out.ktap");
    Path xml = folder.resolve("out.xml");
    Runs.Result result = Runs.run("check", "-q", "-o", "ktap:" + ktap, "--output=junit:" + xml, CLEAN, BROKEN);
    assertThat(result).isEqualTo(new Runs.Result(1, "2 captures: 1 OK, 1 VIOLATION\n", ""));
    assertThat(Files.readString(ktap)).startsWith("KTAP version 1\n1..2\n").contains("\nok 1 " + CLEAN + "\n").endsWith("\nnot ok 2 " + BROKEN + "\n");
    assertThat(Files.readString(xml)).endsWith("</testsuites>\n");
  }

  @Test
  void shouldPrintTheLastLineOfOneCaptureWhereThatIsAsked() {
    assertThat(Runs.run("check", "--quiet", CLEAN).out()).isEqualTo("1 capture: 1 OK\n");
    assertThat(Runs.run("check", CLEAN).out()).endsWith("\n\n1 capture: 1 OK\n");
  }

  @Test
  void shouldEndWithTheStatusOfWhatCannotBeWritten() {
    Runs.Result nowhere = Runs.run("check", "-o", "json:" + folder.resolve("no/such/file"), CLEAN);
    assertThat(nowhere).isEqualTo(new Runs.Result(5, "", "vmatrace: %s cannot be written: its folder is not there\n".formatted(folder.resolve("no/such/file"))));
    assumeTrue(Files.exists(Path.of("/dev/full")), "no /dev/full");
    Path other = folder.resolve("other.txt");
    Runs.Result full = Runs.run("check", "-o", "json:/dev/full", "-o", "text:" + other, "--format", "ktap", CLEAN);
    assertThat(full.status()).isEqualTo(5);
    assertThat(full.err()).isEqualTo("vmatrace: /dev/full cannot be written: No space left on device\n");
    assertThat(full.out()).endsWith("\nok 1 " + CLEAN + "\n");
    assertThat(other).isNotEmptyFile();
  }

  @Test
  void shouldReadTheCapturesUnderAFolder() throws IOException {
    Path below = Files.createDirectories(folder.resolve("run/b/below"));
    Files.copy(Path.of(CLEAN), below.resolve("clean.zst"));
    Files.copy(Path.of(BROKEN), folder.resolve("run/a.zst"));
    Files.copy(Path.of("LICENSE"), folder.resolve("run/LICENSE"));
    Files.copy(Path.of("LICENSE"), Files.createDirectories(folder.resolve("run/.hidden")).resolve("x"));
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(folder.resolve("run/c.zip")))) {
      zip.putNextEntry(new ZipEntry("inside"));
      zip.write(Files.readAllBytes(Path.of(CLEAN)));
    }
    Path run = folder.resolve("run");
    Runs.Result result = Runs.run("check", "--format", "ktap", run.toString());
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.out().lines().filter(line -> line.contains("ok ") && !line.startsWith(" ")))
        .containsExactly("not ok 1 %s/a.zst".formatted(run), "ok 2 %s/b/below/clean.zst".formatted(run), "ok 3 %s/c.zip!inside".formatted(run));
    assertThat(result.err().lines()).singleElement().asString().contains("LICENSE: is not a trace").endsWith("; passed over");
    assertThat(Runs.run("check", "-q", run.toString(), CLEAN).out()).isEqualTo("4 captures: 3 OK, 1 VIOLATION\n");
    assertThat(Runs.run("info", below.toString()).out()).contains(below + "/clean.zst");
  }

  /** What was recorded into it is gone: that is no reason to be green, wherever it stands. */
  @Test
  void shouldTakeAnEmptyCaptureForUnreadableByItselfInAFolderAndInAnArchive() throws IOException {
    Path run = Files.createDirectories(folder.resolve("run"));
    Path empty = Files.createFile(run.resolve("empty.txt"));
    Files.copy(Path.of(CLEAN), run.resolve("clean.zst"));
    Path archive = folder.resolve("set.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
      for (Path file : List.of(run.resolve("clean.zst"), empty)) {
        zip.putNextEntry(new ZipEntry(String.valueOf(file.getFileName())));
        zip.write(Files.readAllBytes(file));
      }
    }
    for (Path captures : List.of(empty, run, archive)) {
      Runs.Result result = Runs.run("check", captures.toString());
      assertThat(result.status()).as(captures.toString()).isEqualTo(3);
      assertThat(result.err()).contains("empty.txt: empty: there is nothing to read");
      assertThat(result.out()).contains("UNREADABLE  ").contains(captures.equals(empty) ? "" : "2 captures: 1 OK, 1 UNREADABLE\n");
    }
  }

  @Test
  void shouldRefuseAFolderWithoutCaptures() throws IOException {
    Files.copy(Path.of("LICENSE"), folder.resolve("LICENSE"));
    Runs.Result result = Runs.run("check", folder.toString());
    assertThat(result.status()).isEqualTo(3);
    assertThat(result.err().lines()).last().isEqualTo("vmatrace: %s: no capture in it; files: 1".formatted(folder));
    assertThat(result.out()).isEqualTo("UNREADABLE  %s: no capture in it; files: 1\n\n1 capture: 1 UNREADABLE\n".formatted(folder));
  }

  /** A file that cannot be read to its end is no such thing as a letter beside the captures. */
  @Test
  void shouldReportADamagedFileOfAFolder() throws IOException {
    Files.copy(Path.of(CLEAN), folder.resolve("a.zst"));
    byte[] whole = Files.readAllBytes(Path.of(BROKEN));
    Files.write(folder.resolve("b.zst"), Arrays.copyOf(whole, 3_000));
    Runs.Result result = Runs.run("check", "-q", folder.toString());
    assertThat(result.status()).isEqualTo(3);
    assertThat(result.out()).isEqualTo("2 captures: 1 OK, 1 UNREADABLE\n");
  }
}
