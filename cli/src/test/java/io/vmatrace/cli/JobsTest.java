package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However many captures are read at once, what is written is that of one after the other, on standard error too. */
class JobsTest {
  private static final String CLEAN = "samples/clean-7.2.13-churn.txt.zst";
  private static final String BROKEN = "samples/broken-fork-unlocked-fork-faults.txt.zst";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"text", "json", "ndjson", "ktap", "sarif"})
  void shouldWriteTheSameWhetherOneOrFourAreReadAtOnce(String format) {
    Runs.Result one = Runs.run("check", "--possible", "--format", format, "--jobs", "1", "samples");
    Runs.Result four = Runs.run("check", "--possible", "--format", format, "--jobs", "4", "samples");
    assertThat(four).isEqualTo(one);
    assertThat(one.status()).isEqualTo(1);
    assertThat(Runs.run("check", "--possible", "--format", format, "samples")).isEqualTo(one);
  }

  /** What cannot be read, what is no capture and what is in an archive has its place too. */
  @Test
  void shouldKeepThePlaceOfWhatIsNoWholeCapture() throws IOException {
    Path set = Files.createDirectories(folder.resolve("set"));
    Files.copy(Path.of("LICENSE"), set.resolve("a-letter"));
    Files.write(set.resolve("b-cut.zst"), Arrays.copyOf(Files.readAllBytes(Path.of(CLEAN)), 9_000));
    Files.createFile(set.resolve("c-empty"));
    zip(set.resolve("d.zip"), CLEAN, "LICENSE", BROKEN, "samples/clean-6.18.15-churn-perf.data");
    Files.write(set.resolve("e-cut.zip"), Arrays.copyOf(Files.readAllBytes(set.resolve("d.zip")), 60_000));
    Files.copy(Path.of(BROKEN), set.resolve("f.zst"));
    String[] captures = {CLEAN, "nowhere", set.toString(), set.resolve("d.zip").toString(), "samples/formats/raw", BROKEN, CLEAN};
    Runs.Result one = run("1", captures);
    assertThat(run("4", captures)).isEqualTo(one);
    assertThat(run("3", captures)).isEqualTo(one);
    assertThat(one.status()).isEqualTo(3);
    assertThat(one.err()).contains("a-letter", "c-empty: empty: there is nothing to read", "nowhere", "e-cut.zip", "d.zip!LICENSE");
    assertThat(one.out()).contains("d.zip!samples/clean-6.18.15-churn-perf.data", "raw");
  }

  @Test
  void shouldDeleteTheMembersOfArchives() throws IOException {
    Path archive = folder.resolve("set.zip");
    zip(archive, Stream.generate(() -> CLEAN).limit(12).toArray(String[]::new));
    long before = members();
    assertThat(Runs.run("check", "-q", "-j", "3", archive.toString()).out()).isEqualTo("12 captures: 12 OK\n");
    assertThat(members()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "257", "two"})
  void shouldRefuseAnotherNumber(String jobs) {
    Runs.Result result = Runs.run("check", "--jobs", jobs, CLEAN);
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).startsWith("vmatrace: --jobs").contains(jobs).hasLineCount(1);
  }

  private static Runs.Result run(String jobs, String... captures) {
    return Runs.run(Stream.concat(Stream.of("check", "--format", "ndjson", "--jobs", jobs), Stream.of(captures)).toArray(String[]::new));
  }

  private static void zip(Path archive, String... files) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
      int i = 0;
      for (String file : files) {
        zip.putNextEntry(new ZipEntry(i++ == 0 || !file.equals(files[0]) ? file : i + file));
        zip.write(Files.readAllBytes(Path.of(file)));
      }
    }
  }

  private static long members() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(file -> file.toString().endsWith(".member")).count();
    } catch (UncheckedIOException _) {
      return 0;
    }
  }
}
