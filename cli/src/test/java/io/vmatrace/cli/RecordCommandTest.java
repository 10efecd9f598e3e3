package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmatrace.cli.record.RecordException;
import io.vmatrace.cli.record.Tracefs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Recording on this machine; what needs root and tracefs is left out where they are not. */
class RecordCommandTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "record | name a command to record, or --pid or --all",
        "record --pid 2147483647 | no process has the number 2147483647",
        "record --pid 1 --all | --pid records one process: give neither --all nor a command with it",
        "record --pid 1 -- true | --pid records one process: give neither --all nor a command with it",
        "record --duration soon -- true | --duration is a time such as 500ms, 10s or 2m, and 'soon' is none",
        "record --duration 0 --all | --duration is longer than nothing",
        "record --buffer 0 -- true | --buffer is from 1 to 1048576 MiB",
        "record -o / -- true | / is a folder: give a file",
      })
  void shouldRefuseWhatCannotBeMeant(String line, String why) {
    Runs.Result result = Runs.run(line.split(" ", -1));
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).isEqualTo("vmatrace: " + why + "; see `vmatrace record --help`\n");
  }

  private static Path tracefs() {
    try {
      return Tracefs.find().root();
    } catch (RecordException e) {
      assumeTrue(false, "nothing can be recorded here: " + e.getMessage());
      throw new IllegalStateException(e);
    }
  }

  /** Whether a recorder has left its instance, or a probe: others may record here at the same time. */
  private static boolean isAnythingLeft(long recorder) throws IOException {
    Path root = tracefs();
    boolean isProbeLeft = Files.exists(root.resolve("dynamic_events")) && Files.readString(root.resolve("dynamic_events")).contains("vmatrace_" + recorder + "/");
    return Files.exists(root.resolve("instances/vmatrace." + recorder)) || isProbeLeft;
  }

  private static boolean isAnythingLeft() throws IOException {
    return isAnythingLeft(ProcessHandle.current().pid());
  }

  private Runs.Result record(String... arguments) {
    List<String> line = new ArrayList<>(List.of("record", "-o", folder.resolve("made.dat").toString()));
    line.addAll(Arrays.asList(arguments));
    return Runs.run(line.toArray(String[]::new));
  }

  private JsonNode check() {
    Runs.Result checked = Runs.run("check", "--allow-inconclusive", "--format", "json", folder.resolve("made.dat").toString());
    assertThat(checked.status()).isZero();
    return JsonMapper.shared().readTree(checked.out()).get("captures").get(0);
  }

  @Test
  void shouldRecordACommand() throws Exception {
    tracefs();
    Runs.Result result = record("--", "sh", "-c", "cat /dev/null; true");
    assertThat(result.status()).isZero();
    assertThat(result.err()).matches("vmatrace: level E\\d: [^\n]+\nvmatrace: [0-9,]+ events in [0-9.]+ s, no event lost: \\S+made.dat\n");
    JsonNode capture = check();
    long events = Long.parseLong(result.err().replaceAll("(?s).*vmatrace: ([0-9,]+) events.*", "$1").replace(",", ""));
    assertThat(capture.get("input").get("events").asLong()).isEqualTo(events).isPositive();
    assertThat(capture.get("verdict").asString()).isEqualTo("OK");
    assertThat(capture.get("kernel").get("release").asString()).isEqualTo(Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip());
    assertThat(capture.get("faults").get("total").asLong()).isPositive();
    assertThat(isAnythingLeft()).isFalse();
    assertThat(folder).isDirectoryContaining(file -> file.endsWith("made.dat")).isDirectoryNotContaining(Files::isDirectory);
  }

  @Test
  void shouldFollowChildrenAndSayHowTheCommandEnds() throws Exception {
    tracefs();
    Runs.Result result = record("--check", "--", "sh", "-c", "i=0; while [ $i -lt 200 ]; do (cat /dev/null); i=$((i + 1)); done; exit 3");
    assertThat(result.status()).isZero();
    assertThat(result.out()).startsWith("OK ");
    assertThat(result.err()).contains("vmatrace: sh ended with status 3\n");
    assertThat(check().get("mms")).hasSizeGreaterThan(200);
  }

  @Test
  void shouldEndAfterATime() {
    tracefs();
    Runs.Result result = record("--duration", "300ms", "--", "sleep", "100");
    assertThat(result.status()).isZero();
    assertThat(result.err()).contains("vmatrace: sleep ended by signal 15\n");
  }

  @Test
  void shouldRecordAProcessThatRuns() throws Exception {
    tracefs();
    Process program = new ProcessBuilder("sh", "-c", "while :; do cat /dev/null; done").start();
    try {
      Runs.Result result = record("--duration", "500ms", "--pid", String.valueOf(program.pid()));
      assertThat(result.status()).isZero();
      assertThat(check().get("faults").get("total").asLong()).isPositive();
      assertThat(program.isAlive()).isTrue();
    } finally {
      program.destroyForcibly().waitFor();
    }
  }

  @Test
  void shouldRefuseACommandThatIsNotThere() throws Exception {
    tracefs();
    Runs.Result result = record("--", "no-such-command");
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).isEqualTo("vmatrace: no command is called no-such-command; see `vmatrace record --help`\n");
    assertThat(record("--", "/etc/passwd").err()).startsWith("vmatrace: /etc/passwd may not be executed");
    assertThat(Runs.run("record", "-o", "/no/such/x.dat", "--", "true").err()).matches("vmatrace: /no/such/x.dat.\\d+.pages cannot be made: there is no such folder\n");
    assertThat(isAnythingLeft()).isFalse();
  }

  @Test
  void shouldSayWhatItWouldDo() throws Exception {
    tracefs();
    Runs.Result result = Runs.run("record", "--explain", "--", "ls", "/");
    assertThat(result.status()).isZero();
    assertThat(result.out()).contains("tasks      ls /, with its threads and children\n").contains("events     mmap_lock ").contains("probes     ");
    assertThat(isAnythingLeft()).isFalse();
  }

  /** The script's folder is read as it is, and has what record itself would have. */
  @Test
  void shouldPrintAScriptThatRecords() throws Exception {
    Runs.Result printed = Runs.run("record", "--script");
    assertThat(printed.status()).isZero();
    Path script = Files.writeString(folder.resolve("record.sh"), printed.out());
    tracefs();
    Path pages = folder.resolve("pages");
    Process run = new ProcessBuilder("sh", script.toString(), pages.toString(), "cat", "/dev/null").redirectErrorStream(true).start();
    List<String> said = run.inputReader().readAllLines();
    assertThat(run.waitFor()).as("%s", said).isZero();
    assertThat(said).last().asString().contains(": 0 events lost; the command ended with status 0: vmatrace check " + pages);
    assertThat(isAnythingLeft(run.pid())).isFalse();
    Runs.Result checked = Runs.run("check", "--format", "json", pages.toString());
    JsonNode capture = JsonMapper.shared().readTree(checked.out()).get("captures").get(0);
    assertThat(capture.get("verdict").asString()).isEqualTo("OK");
    assertThat(capture.get("kernel").get("release").asString()).isEqualTo(Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip());
  }

  /** {@code -Dvmatrace.kills=100} kills as many. */
  @Test
  void shouldLeaveNothingBehindWhenItIsKilled() throws Exception {
    tracefs();
    for (int i = 0; i < Integer.getInteger("vmatrace.kills", 3); i++) {
      Path file = folder.resolve("killed%d.dat".formatted(i));
      Process recorder = recorder(file);
      Thread.sleep(1_200 + i * 37L % 900);
      boolean kill = i % 3 != 1;
      var _ = kill ? recorder.destroyForcibly() : recorder.toHandle().destroy();
      assertThat(recorder.waitFor(30, TimeUnit.SECONDS)).isTrue();
      recorder.descendants().forEach(ProcessHandle::destroyForcibly);
      for (int tries = 0; isAnythingLeft(recorder.pid()) && tries < 200; tries++) {
        Thread.sleep(100);
      }
      assertThat(isAnythingLeft(recorder.pid())).as("after kill %d", i).isFalse();
    }
    try (Stream<Path> left = Files.list(folder)) {
      for (Path capture : left.toList()) {
        int status = Runs.run("check", "--allow-inconclusive", capture.toString()).status();
        assertThat(status).as("%s", capture).isZero();
      }
    }
  }

  private static Process recorder(Path file) throws IOException {
    List<String> line =
        List.of(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            "io.vmatrace.cli.Vmatrace",
            "record",
            "-o",
            file.toString(),
            "--",
            "sh",
            "-c",
            "i=0; while [ $i -lt 2000 ]; do cat /dev/null; i=$((i + 1)); done");
    return new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
  }
}
