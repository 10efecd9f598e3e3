package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmatrace.cli.record.RecordException;
import io.vmatrace.cli.record.Tracefs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
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
        "record -o /dev/null -- true | /dev/null is no file, and a capture is one: give its name",
        "record --perf -o /dev/null -- true | /dev/null is no file, and a capture is one: give its name",
        "record -o - -- true | - is no file, and a capture is one: give its name",
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
    assertThat(Runs.run("info", folder.resolve("made.dat").toString()).out()).containsPattern("\n  recorded   level E\\d: ").containsPattern("\n  buffers    \\d+ KiB for each CPU\n");
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

  /** What is read along is what the file has in the end. */
  @Test
  void shouldCheckWhileItRecords() throws Exception {
    tracefs();
    Runs.Result result = record("--live", "--", "sh", "-c", "i=0; while [ $i -lt 200 ]; do cat /dev/null; i=$((i + 1)); done; sleep 1.5; cat /dev/null");
    assertThat(result.status()).isZero();
    assertThat(result.out()).isEmpty();
    List<String> counts = result.err().lines().filter(line -> line.endsWith(" events, 0 findings")).map(line -> line.replaceAll("\\D", "")).toList();
    assertThat(counts).hasSizeGreaterThan(1);
    assertThat(check().get("input").get("events").asString()).isEqualTo(counts.getLast().substring(0, counts.getLast().length() - 1));
    assertThat(isAnythingLeft()).isFalse();
  }

  @Test
  void shouldRecordWithPerf() throws Exception {
    tracefs();
    assumeTrue(Stream.of(System.getenv("PATH").split(":", -1)).anyMatch(path -> Files.isExecutable(Path.of(path, "perf"))), "there is no perf here");
    Runs.Result result = record("--perf", "--duration", "300ms", "--", "sh", "-c", "while :; do cat /dev/null; done");
    assumeTrue(!result.err().contains("without a capture"), "perf may record nothing here: " + result.err());
    assertThat(result.status()).isZero();
    assertThat(result.err()).endsWith("vmatrace: recorded by perf, level E0: " + folder.resolve("made.dat") + "\n");
    assertThat(check().get("faults").get("total").asLong()).isPositive();
    assertThat(Runs.run("record", "--perf", "--explain", "--", "ls").out()).startsWith("perf       ").contains(" -e mmap_lock:* ").contains(" -- ls\n");
    assertThat(Runs.run("record", "--perf", "--live", "--", "ls").status()).isEqualTo(2);
  }

  @Test
  void shouldRecordThousandChildren() throws Exception {
    tracefs();
    Runs.Result result = record("--check", "--", "sh", "-c", "i=0; while [ $i -lt 1000 ]; do : & i=$((i + 1)); done; wait");
    assertThat(result.status()).isZero();
    assertThat(result.out()).startsWith("OK ");
    assertThat(check().get("mms")).hasSizeGreaterThan(1_000);
    assertThat(isAnythingLeft()).isFalse();
  }

  @Test
  void shouldRecordTwiceAtOnce() throws Exception {
    tracefs();
    List<Process> recorders = new ArrayList<>();
    for (String name : List.of("one", "two")) {
      recorders.add(start("", folder.resolve(name + ".dat"), "sh", "-c", "i=0; while [ $i -lt 300 ]; do cat /dev/null; i=$((i + 1)); done"));
    }
    for (Process recorder : recorders) {
      assertThat(recorder.waitFor()).isZero();
      assertThat(isAnythingLeft(recorder.pid())).isFalse();
    }
    for (String name : List.of("one", "two")) {
      JsonNode capture = JsonMapper.shared().readTree(Runs.run("check", "--format", "json", folder.resolve(name + ".dat").toString()).out()).get("captures").get(0);
      assertThat(capture.get("verdict").asString()).isEqualTo("OK");
      assertThat(capture.get("mms")).hasSizeBetween(300, 320);
    }
  }

  /** Somebody else reads the instance, and still does when the recording is over. */
  @Test
  void shouldSayWhatAnotherReaderTakes() throws Exception {
    Path instances = tracefs().resolve("instances");
    Path file = folder.resolve("read.dat");
    Process recorder = start("", file, "sh", "-c", "i=0; while [ $i -lt 500 ]; do cat /dev/null; i=$((i + 1)); done");
    Path instance = instances.resolve("vmatrace." + recorder.pid());
    while (recorder.isAlive() && !Files.exists(instance.resolve("trace_pipe"))) {
      Thread.sleep(1);
    }
    Process reader = new ProcessBuilder("cat", instance.resolve("trace_pipe").toString()).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    try {
      assertThat(recorder.waitFor()).isZero();
    } finally {
      reader.destroyForcibly().waitFor();
    }
    String said = new String(recorder.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(said).containsPattern("vmatrace: CPU \\d+: another reader of \\S+ took [0-9,]+ events\n").containsPattern("vmatrace: [0-9,]+ events in [0-9.]+ s, events lost: \\S+read.dat\n");
    for (int tries = 0; Files.exists(instance) && tries < 150; tries++) {
      Thread.sleep(100); // the watcher removes what was in use
    }
    assertThat(instance).doesNotExist();
    long taken = said.lines().filter(line -> line.contains(" took ")).mapToLong(line -> Long.parseLong(line.replaceAll(".* took ([0-9,]+) .*", "$1").replace(",", ""))).sum();
    JsonNode capture = JsonMapper.shared().readTree(Runs.run("check", "--allow-inconclusive", "--format", "json", file.toString()).out()).get("captures").get(0);
    assertThat(capture.get("input").get("lost").asLong()).isEqualTo(taken);
    assertThat(capture.get("verdict").asString()).isNotEqualTo("VIOLATION");
    assertThat(said).contains("vmatrace: %,d events".formatted(capture.get("input").get("events").asLong()));
  }

  @Test
  void shouldSayThatTheFolderWasRemoved() throws Exception {
    tracefs();
    Path file = folder.resolve("gone.dat");
    Process recorder = start("", file, "sh", "-c", "set -- '%s'.*.pages; while [ -d \"$1\" ]; do rm -rf \"$1\"; done 2>/dev/null".formatted(file));
    String said = new String(recorder.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(said).matches("vmatrace: somebody has removed \\S+.pages, and what was recorded with it\n");
    assertThat(recorder.waitFor()).isEqualTo(5);
    assertThat(isAnythingLeft(recorder.pid())).isFalse();
  }

  /** Where the file cannot be made, as on a disk that is full in the end, the folder is the capture, and has no part of the file. */
  @Test
  void shouldKeepTheFolderWhereTheFileCannotBeMade() throws Exception {
    tracefs();
    Runs.Result result = record("--", "mkdir", "-p", folder.resolve("made.dat/in.it").toString());
    assertThat(result.status()).isEqualTo(5);
    assertThat(result.err()).contains("vmatrace: the recording ends early, and is kept as a folder that vmatrace check reads: ");
    Path pages = folder.resolve("made.dat.%d.pages".formatted(ProcessHandle.current().pid()));
    assertThat(pages).isDirectoryNotContaining("glob:**.dat");
    assertThat(Runs.run("check", pages.toString()).status()).isZero();
    assertThat(isAnythingLeft()).isFalse();
  }

  /** The folder is on a file system that is soon full. */
  @Test
  void shouldKeepWhatFitsOnTheDisk() throws Exception {
    tracefs();
    String said = inNamespace("mount -t tmpfs -o size=3m none '%1$s'", folder.resolve("full.dat"), "sh", "-c", "while :; do cat /dev/null; done; exit 7");
    assertThat(said).contains("vmatrace: the recording ends early, and is kept as a folder that vmatrace check reads: ").contains("No space left on device\n").contains("status: 5\n").contains("check: 0\n");
  }

  @Test
  void shouldRefuseTracefsThatIsReadOnly() throws Exception {
    Path root = tracefs();
    String said = inNamespace("mount --bind '%2$s' '%2$s'; mount -o remount,bind,ro '%2$s'".replace("%2$s", root.toString()), folder.resolve("never.dat"), "true");
    assertThat(said).contains("vmatrace: %s is mounted read-only: mount -o remount,rw %s\n".formatted(root, root)).contains("status: 5\n");
  }

  /** What a recorder says in a mount namespace of its own, its status, and that of check on what it leaves. */
  private String inNamespace(String mounts, Path file, String... command) throws Exception {
    assumeTrue(new ProcessBuilder("unshare", "-m", "true").start().waitFor() == 0, "no mount namespace can be made here");
    String script = mounts.replace("%1$s", folder.toString()) + "\n\"$@\"; echo \"status: $?\"\nfor left in '%s'.*.pages; do [ -d \"$left\" ] || continue\nset -- \"$1\" \"$2\" \"$3\" \"$4\" \"$5\" \"$6\" check --allow-inconclusive \"$left\"; \"$@\" >/dev/null; echo \"check: $?\"; done".formatted(file);
    Process recorder = start(script, file, command);
    String said = new String(recorder.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    recorder.waitFor();
    return said;
  }

  /** A recorder in a process of its own; under a script, which has its command line as arguments, if that is not empty. */
  private static Process start(String script, Path file, String... command) throws IOException {
    List<String> line = new ArrayList<>(script.isEmpty() ? List.of() : List.of("unshare", "-m", "sh", "-c", script, "sh"));
    line.addAll(recorderLine(file, command));
    return new ProcessBuilder(line).redirectErrorStream(true).start();
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
  void shouldWriteTheFileToWhichALinkPoints() throws Exception {
    tracefs();
    Path made = Files.createFile(folder.resolve("other.dat"));
    Path link = Files.createSymbolicLink(folder.resolve("made.dat"), Path.of("other.dat"));
    assertThat(record("--", "true").status()).isZero();
    assertThat(link).isSymbolicLink();
    assertThat(made).isNotEmptyFile();
    assertThat(check().get("verdict").asString()).isEqualTo("OK");
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

  /** {@code -Dvmatrace.kills=100} kills as many, at random moments from before anything is set up to after the end. */
  @Test
  void shouldLeaveNothingBehindWhenItIsKilled() throws Exception {
    tracefs();
    long seed = Long.getLong("vmatrace.seed", System.nanoTime());
    Random random = new Random(seed);
    String settings = settings();
    int captures = 0;
    for (int i = 0; i < Integer.getInteger("vmatrace.kills", 9); i++) {
      String what = "kill %d of seed %d: %s of %s".formatted(i, seed, SIGNALS.get(i % 3), VICTIMS.get(i / 3 % 3));
      Path file = folder.resolve("killed%d.dat".formatted(i));
      Process recorder = recorder(file);
      Thread.sleep(random.nextLong(MOST_MILLISECONDS));
      List<ProcessHandle> commands = commands(recorder, VICTIMS.get(i / 3 % 3));
      List<ProcessHandle> victims = new ArrayList<>(VICTIMS.get(i / 3 % 3).equals("command") ? List.of() : List.of(recorder.toHandle()));
      victims.addAll(commands);
      kill(SIGNALS.get(i % 3), victims);
      assertThat(recorder.waitFor(120, TimeUnit.SECONDS)).as(what).isTrue();
      commands.forEach(ProcessHandle::destroyForcibly);
      for (int tries = 0; (isAnythingLeft(recorder.pid()) || isUnreadableLeft()) && tries < 300; tries++) {
        Thread.sleep(100);
      }
      assertThat(isAnythingLeft(recorder.pid())).as(what).isFalse();
      assertThat(settings()).as(what).isEqualTo(settings);
      captures += read(what);
    }
    assertThat(captures).isPositive();
  }

  private static final List<String> SIGNALS = List.of("KILL", "TERM", "INT");
  private static final List<String> VICTIMS = List.of("recorder", "both", "command");

  /** The recorder needs about a second until it records, and its command two more until it ends. */
  private static final long MOST_MILLISECONDS = 3_000;

  /** The shell that runs the recorder's loop, once there is one, or as soon as there is one where only it is to be killed. */
  private static List<ProcessHandle> commands(Process recorder, String victim) throws InterruptedException {
    while (true) {
      List<ProcessHandle> commands =
          recorder.descendants().filter(process -> process.info().commandLine().orElse("").contains("i=$((i")).filter(process -> process.parent().equals(Optional.of(recorder.toHandle()))).toList();
      if (!commands.isEmpty() || !victim.equals("command") || !recorder.isAlive()) {
        return commands;
      }
      Thread.sleep(1);
    }
  }

  private static void kill(String signal, List<ProcessHandle> victims) throws Exception {
    List<String> line = new ArrayList<>(List.of("kill", "-" + signal));
    victims.forEach(victim -> line.add(String.valueOf(victim.pid())));
    new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor(); // who has ended cannot be killed
  }

  /** The settings of the top instance, which are everybody's. */
  private static String settings() throws IOException {
    StringBuilder all = new StringBuilder();
    for (String name : List.of("tracing_on", "current_tracer", "trace_clock", "buffer_size_kb", "set_event_pid", "trace_options")) {
      Path file = tracefs().resolve(name);
      all.append(name).append(": ").append(Files.exists(file) ? Files.readString(file) : "").append('\n');
    }
    return all.toString();
  }

  /** What the watcher has still to remove. */
  private boolean isUnreadableLeft() throws IOException {
    try (Stream<Path> left = Files.list(folder)) {
      return left.anyMatch(file -> file.toString().endsWith(".part"));
    }
  }

  /** Reads what is there, and removes it; how many captures that were. */
  private int read(String what) throws IOException {
    List<Path> captures;
    try (Stream<Path> left = Files.list(folder)) {
      captures = left.toList();
    }
    for (Path capture : captures) {
      Runs.Result checked = Runs.run("check", "--allow-inconclusive", capture.toString());
      assertThat(checked.status()).as("%s: %s %s", what, capture, checked.err()).isZero();
      try (Stream<Path> files = Files.walk(capture)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
    return captures.size();
  }

  private static Process recorder(Path file) throws Exception {
    List<String> line = new ArrayList<>();
    List<String> interruptible = List.of("env", "--default-signal=INT"); // what a shell starts in the background ignores it
    if (new ProcessBuilder(Stream.concat(interruptible.stream(), Stream.of("true")).toList()).start().waitFor() == 0) {
      line.addAll(interruptible);
    }
    line.addAll(recorderLine(file, "sh", "-c", "i=0; while [ $i -lt 2000 ]; do cat /dev/null; i=$((i + 1)); done"));
    return new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
  }

  private static List<String> recorderLine(Path file, String... command) {
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "io.vmatrace.cli.Vmatrace"));
    line.addAll(List.of("record", "-o", file.toString(), "--"));
    line.addAll(List.of(command));
    return line;
  }
}
