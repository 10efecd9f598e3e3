package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ways to end the process: 0 and 1 come from a verdict that was written in full, and from nothing else. */
@Execution(ExecutionMode.CONCURRENT)
class LauncherTest {
  private static final String CLEAN = "samples/clean-7.2.13-churn.txt.zst";
  private static final String BROKEN = "samples/broken-free-attached-churn.txt.zst";

  @TempDir Path folder;
  private Launched launched;

  @BeforeEach
  void prepare() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "needs a POSIX shell");
    launched = new Launched(folder);
  }

  @Test
  void shouldEndWithTheVerdict() throws Exception {
    assertThat(launched.sh("\"$v\" check " + CLEAN).status()).isZero();
    assertThat(launched.sh("\"$v\" check " + BROKEN).status()).isEqualTo(1);
    assertThat(launched.sh("\"$v\" check nowhere").status()).isEqualTo(3);
    assertThat(launched.sh("\"$v\" chekc").status()).isEqualTo(2);
    assertThat(launched.sh("zstdcat " + CLEAN + " | head -n 3000 | \"$v\" check -").out()).contains("standard input");
  }

  @ParameterizedTest
  @ValueSource(strings = {"JDK_JAVA_OPTIONS=-XX:Nonsense", "JAVA_TOOL_OPTIONS=-XX:Nonsense", "_JAVA_OPTIONS=-Xmx1g -Xms2g", "VMATRACE_HEAP=lots"})
  void shouldNotTakeOptionsThatTheJvmRefusesForAVerdict(String option) throws Exception {
    String[] parts = option.split("=", 2);
    assertFails(launched.sh("\"$v\" check " + CLEAN, Map.of(parts[0], parts[1])), "the JVM cannot start: ");
  }

  /** Of what the JVM prints of itself, this goes to standard output whatever it is told. */
  @ParameterizedTest
  @ValueSource(strings = {"JDK_JAVA_OPTIONS=--show-version", "JAVA_TOOL_OPTIONS=-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=0"})
  void shouldKeepStandardOutputClean(String option) throws Exception {
    String[] parts = option.split("=", 2);
    assertFails(launched.sh("\"$v\" check --format json " + CLEAN, Map.of(parts[0], parts[1])), "the JVM itself prints on standard output");
  }

  @ParameterizedTest
  @ValueSource(ints = {200_000, 1_500_000})
  void shouldNotTakeALimitOfMemoryForAVerdict(int kilobytes) throws Exception {
    assertFails(launched.sh("ulimit -v %d; \"$v\" check %s".formatted(kilobytes, CLEAN)), "the JVM cannot start: ");
  }

  /** A shell that cannot open its script says so itself, with status 2: dash takes twelve files. */
  @Test
  void shouldNotTakeALimitOfFilesForAVerdict() throws Exception {
    assertFails(launched.sh("ulimit -n 16; \"$v\" check " + CLEAN), "only 16 files may be open at once: raise that limit (ulimit -n)");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 12})
  void shouldNotTakeALimitOfProcessesForAVerdict(int processes) throws Exception {
    assumeTrue(!"root".equals(System.getProperty("user.name")) && Files.isExecutable(Path.of("/bin/bash")), "needs bash, and a user to whom the limit applies");
    Launched.Result result = launched.sh("exec bash -c 'ulimit -u %d; exec \"$v\" check %s'".formatted(processes, CLEAN));
    assertThat(result.status()).isEqualTo(5);
    assertThat(result.err()).containsPattern("the JVM cannot start|Cannot fork|fork: ").hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource({"ulimit -t 1, at its limit of 1 s of processor time (ulimit -t)", "ulimit -f 1, a library of the program cannot be loaded: Cannot unpack"})
  void shouldNameTheLimitThatWasReached(String limit, String line) throws Exception {
    String endless = "{ zstdcat %s; yes '#'; }".formatted(CLEAN);
    String check = limit.contains("-t") ? endless + " | (%s; \"$v\" check -)".formatted(limit) : "%s; \"$v\" check %s".formatted(limit, CLEAN);
    assertFails(launched.sh(check), line);
  }

  @Test
  void shouldNotBlameAnInputForAFolderOfTemporaryFiles() throws Exception {
    assertFails(launched.sh("\"$v\" check " + CLEAN, Map.of("TMPDIR", "/nowhere")), "no temporary file can be made in /nowhere");
  }

  @Test
  void shouldNameTheVariableThatKeepsTheJvmFromStarting() throws Exception {
    assertThat(launched.sh("\"$v\" check " + CLEAN, Map.of("_JAVA_OPTIONS", "-Xmx1g -Xms2g")).err()).contains("see _JAVA_OPTIONS, the limits");
  }

  /** Nobody waits for the verdict of a launcher that was killed. */
  @Test
  void shouldNotRunOnWhereTheLauncherIsKilled() throws Exception {
    Process process = launched.start("exec \"$v\" check -", Map.of());
    ProcessHandle jvm = Launched.jvm(process);
    Launched.write(process, "# tracer: nop\n#\n");
    process.destroyForcibly();
    jvm.onExit().get(20, TimeUnit.SECONDS);
    assertThat(launched.end(process).err()).isIn("", "vmatrace: the launcher was killed: no verdict\n");
  }

  @Test
  void shouldNotTakeADamagedJarForAVerdict() throws Exception {
    byte[] jar = Files.readAllBytes(launched.jar());
    for (int kept : new int[] {0, jar.length / 2, jar.length - 30}) {
      Files.write(launched.jar(), Arrays.copyOf(jar, kept));
      assertFails(launched.sh("\"$v\" check " + CLEAN), launched.jar() + " is damaged: delete it");
    }
  }

  /** A hole in a jar shows when the class in it is loaded. */
  @ParameterizedTest
  @ValueSource(strings = {"cli/Vmatrace", "parser/capture/Captures", "checker/check/Check"})
  void shouldNotTakeAJarWithAHoleForAVerdict(String name) throws Exception {
    launched.damage("io/vmatrace/" + name + ".class");
    assertFails(launched.sh("\"$v\" check " + CLEAN), "a part of the program is missing or damaged");
  }

  @ParameterizedTest
  @CsvSource({"0, no verdict", "1, no verdict"})
  void shouldNotTakeTheStatusOfAJvmForAVerdict(int status, String line) throws Exception {
    Path java = Files.createDirectories(folder.resolve("jdk/bin")).resolve("java");
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"25\"\n");
    Files.writeString(java, "#!/bin/sh\nexit %d\n".formatted(status));
    assertThat(java.toFile().setExecutable(true)).isTrue();
    assertFails(launched.sh("\"$v\" check " + CLEAN, Map.of("JAVA_HOME", folder.resolve("jdk").toString())), line);
  }

  @ParameterizedTest
  @CsvSource({"KILL, signal 9", "ABRT, crashed (signal 6)", "SEGV, crashed (signal 6)"})
  void shouldNotTakeASignalToTheJvmForAVerdict(String signal, String line) throws Exception {
    Process process = launched.start("exec \"$v\" check -", Map.of());
    ProcessHandle jvm = Launched.jvm(process);
    Launched.write(process, "# tracer: nop\n#\n");
    Thread.sleep(300);
    new ProcessBuilder("kill", "-" + signal, Long.toString(jvm.pid())).start().waitFor();
    Launched.Result result = launched.end(process);
    assertThat(result.status()).isEqualTo(5);
    assertThat(result.err()).contains(line);
    assertThat(result.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM"})
  void shouldGiveTheVerdictSoFarWhereASignalEndsAStream(String signal) throws Exception {
    assumeTrue(signal.equals("TERM") || !isInterruptIgnored(), "SIGINT is ignored here, as in a shell's background jobs, and so by what is started");
    String text = text(BROKEN);
    Process process = launched.start("exec \"$v\" check -", Map.of());
    ProcessHandle jvm = Launched.jvm(process);
    Launched.write(process, text.substring(0, text.length() / 2));
    Launched.awaitReading(jvm);
    new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
    Launched.Result result = launched.end(process);
    assertThat(result.err()).isEqualTo("vmatrace: standard input: ended by a signal; what came until then is reported\n");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.out()).startsWith("VIOLATION  standard input").contains("Input").doesNotContain("cut short");
  }

  @Test
  void shouldSayThatASignalCameFirst() throws Exception {
    Process process = launched.start("exec \"$v\" check -", Map.of());
    Launched.awaitReading(Launched.jvm(process));
    new ProcessBuilder("kill", "-TERM", Long.toString(process.pid())).start().waitFor();
    Launched.Result result = launched.end(process);
    assertThat(result.err()).isEqualTo("vmatrace: standard input: a signal ended it before anything came\n");
    assertThat(result.status()).isEqualTo(3);
  }

  /** Whether this process was started with SIGINT ignored (proc_pid_status(5), SigIgn), which no shell that it starts can change. */
  private static boolean isInterruptIgnored() throws IOException {
    String ignored = Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("SigIgn:")).findFirst().orElse("SigIgn: 0");
    return (Long.parseUnsignedLong(ignored.substring("SigIgn:".length()).strip(), 16) & 1 << 1) != 0;
  }

  @Test
  void shouldHaveNoVerdictWhereASignalEndsAFile() throws Exception {
    Path large = folder.resolve("large.txt");
    String text = text(CLEAN);
    try (Writer out = Files.newBufferedWriter(large)) {
      for (int i = 0; i < 400; i++) {
        out.write(text);
      }
    }
    Process process = launched.start("exec \"$v\" check " + large, Map.of());
    Launched.jvm(process);
    Thread.sleep(1_200);
    new ProcessBuilder("kill", "-TERM", Long.toString(process.pid())).start().waitFor();
    Launched.Result result = launched.end(process);
    assertThat(result.status()).isEqualTo(5);
    assertThat(result.err()).contains("no verdict").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "check --format text,check --format json,check --format ndjson,check --format ktap,check --format junit,check --format sarif,check --format github,check --quiet",
        "info,info --format json,stats,stats --format json,stats --format csv,events,events --format csv,events --format perfetto,replay,replay --format json",
        "explore --list #,explore munmap-fault --mutant M1 --format ftrace #,rules #,rules R59 #,schema #,help check #,--help #,--version #,record --script #",
      })
  void shouldNotTakeAReportThatCannotBeWrittenForAVerdict(String commands) throws Exception {
    assumeTrue(Files.exists(Path.of("/dev/full")), "needs /dev/full");
    String[] each = commands.split(",", -1);
    StringBuilder script = new StringBuilder();
    for (String command : each) {
      script.append("\"$v\" %s %s >/dev/full\necho $?\n".formatted(command.replace(" #", " >/dev/full #"), BROKEN));
    }
    Launched.Result result = launched.sh(script.toString());
    assertThat(result.out()).isEqualTo("5\n".repeat(each.length));
    assertThat(result.err()).isEqualTo("vmatrace: standard output cannot be written: No space left on device\n".repeat(each.length));
  }

  @Test
  void shouldNotTakeAClosedOutputForAVerdict() throws Exception {
    assertFails(launched.sh("\"$v\" check %s >&-".formatted(CLEAN)), "standard output is closed");
    assertThat(launched.sh("\"$v\" check %s <&-".formatted(CLEAN)).status()).isZero();
  }

  @Test
  void shouldEndQuietlyWhereNobodyReads() throws Exception {
    Launched.Result result = launched.sh("{ \"$v\" check --format json %s; echo $? >&2; } | true".formatted(BROKEN));
    assertThat(result.err()).isEqualTo("5\n");
    assertThat(launched.sh("\"$v\" events %s | head -n 1".formatted(CLEAN)).err()).isEmpty();
  }

  @Test
  void shouldSayWhatToInstall() throws Exception {
    Path tools = Files.createDirectories(folder.resolve("tools"));
    for (String tool : new String[] {"sh", "dirname", "readlink", "mkdir", "mktemp", "tail", "rm", "sed", "flock", "sleep", "cp", "cat"}) {
      for (String bin : new String[] {"/bin", "/usr/bin"}) {
        if (Files.exists(Path.of(bin, tool)) && !Files.exists(tools.resolve(tool))) {
          Files.createSymbolicLink(tools.resolve(tool), Path.of(bin, tool));
        }
      }
    }
    Path launcher = launched.home.resolve("vmatrace");
    String text = Files.readString(launcher);
    Files.writeString(launcher, text.replace("/usr/lib/jvm/*", "/nowhere/*"));
    assertFails(launched.sh("\"$v\" check " + CLEAN, Map.of("PATH", tools.toString(), "JAVA_HOME", "")), "needs a JDK 25 or newer");
    Files.delete(launched.jar());
    assertFails(launched.sh("\"$v\" check " + CLEAN, Map.of("PATH", tools.toString())), "Maven (mvn) is not installed");
    Files.writeString(tools.resolve("mvn"), "#!/bin/sh\necho \"with $JAVA_HOME\"; exit 1\n");
    assertThat(tools.resolve("mvn").toFile().setExecutable(true)).isTrue();
    Launched.Result result = launched.sh("\"$v\" check " + CLEAN, Map.of("PATH", tools.toString()));
    assertThat(result.status()).isEqualTo(5);
    String jdk = Path.of(System.getProperty("java.home")).toRealPath().toString();
    assertThat(result.err()).as("by the JDK that the program will run in, whatever java is on the path").contains("with " + jdk).contains("vmatrace: the build failed");
  }

  @Test
  void shouldBuildOnceWhereTwoRunsComeFirst() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/flock")) || Files.isExecutable(Path.of("/bin/flock")), "needs flock");
    Path built = Files.move(launched.jar(), folder.resolve("built.jar"));
    Path bin = Files.createDirectories(folder.resolve("bin"));
    Files.writeString(bin.resolve("mvn"), "#!/bin/sh\necho built >>%s\nsleep 1\ncp %s %s.part\nmv %s.part %s\n".formatted(folder.resolve("builds"), built, launched.jar(), launched.jar(), launched.jar()));
    assertThat(bin.resolve("mvn").toFile().setExecutable(true)).isTrue();
    String path = bin + ":" + System.getenv("PATH");
    Launched.Result result = launched.sh("\"$v\" check %1$s >/dev/null & one=$!; \"$v\" check %1$s >/dev/null & two=$!; wait $one; a=$?; wait $two; echo $a $?".formatted(CLEAN), Map.of("PATH", path));
    assertThat(result.out()).isEqualTo("0 0\n");
    assertThat(Files.readAllLines(folder.resolve("builds"))).hasSize(1);
    assertThat(result.err().lines()).containsExactlyInAnyOrder("vmatrace: building, once; this takes a minute or two", "vmatrace: another run is building; waiting for it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"12m", "32m"})
  void shouldEndWhereTheHeapIsTooSmall(String heap) throws Exception {
    Launched.Result result = launched.sh("\"$v\" check " + CLEAN, Map.of("VMATRACE_HEAP", heap));
    assertThat(result.status()).isIn(0, 5);
    assertThat(result.out()).matches(result.status() == 0 ? "(?s)OK .*Input.*" : "");
    assertThat(result.err()).matches(result.status() == 0 ? "" : "vmatrace: out of memory: .*\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"env -u LC_ALL -u LC_CTYPE -u LANG", "env LC_ALL=C", "env LC_ALL=C.UTF-8"})
  void shouldReadAFileOfAnyNameInAnyLocale(String locale) throws Exception {
    String script = "f=" + folder + "/$(printf '\\303\\251').txt.zst; cp " + CLEAN + " \"$f\"; " + locale + " \"$v\" check --quiet \"$f\"";
    Launched.Result result = launched.sh(script, Map.of());
    assertThat(result.status()).isZero();
    assertThat(result.err()).isEmpty();
  }

  /** Java cannot name such a file, so it is not to say that there is none. */
  @Test
  void shouldSayThatANameIsNoUtf8() throws Exception {
    Launched.Result result = launched.sh("f=" + folder + "/a$(printf '\\377').txt.zst; cp " + CLEAN + " \"$f\"; \"$v\" check --quiet \"$f\"", Map.of());
    assertThat(result.status()).isEqualTo(3);
    assertThat(result.err()).contains("its name has bytes that are no UTF-8").doesNotContain("no such file");
  }

  @Test
  void shouldRunWithoutToolsOnThePath() throws Exception {
    Launched.Result result = launched.sh("PATH=/nope \"$v\" check --quiet " + CLEAN, Map.of());
    assertThat(result.status()).isZero();
    assertThat(result.err()).isEmpty();
  }

  @Test
  void shouldSayThatItsFolderIsGone() throws Exception {
    Launched.Result result = launched.sh("mkdir %1$s/gone && cd %1$s/gone && rmdir %1$s/gone && \"$v\" check x".formatted(folder), Map.of());
    assertThat(result.status()).isEqualTo(5);
    assertThat(result.err()).contains("vmatrace: the working directory was deleted").doesNotContain("JVM");
  }

  /** An argument may be a folder's name by chance, and to walk that one takes minutes. */
  @Test
  void shouldNotWalkAFolderThatIsNoInput() throws Exception {
    Launched.Result result = launched.sh("\"$v\" history / " + CLEAN, Map.of());
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).isEqualTo("vmatrace: / is a file: name an address or a task first, and then captures; see `vmatrace history --help`\n");
  }

  @Test
  void shouldReadManyTasksOfWhichNoEndIsSeen() throws Exception {
    Path many = folder.resolve("many.txt");
    try (Writer out = Files.newBufferedWriter(many)) {
      out.write("# tracer: nop\n#\n");
      for (int i = 0; i < 400_000; i++) {
        out.write("  t-%d [000] ..... %d.%06d: page_fault_user: address=0x7f0000001000 ip=0x401000 error_code=0x6\n".formatted(1_000 + i, 100 + i / 1_000, i % 1_000 * 10));
        out.write("  t-%d [000] ..... %d.%06d: mmap_lock_start_locking: mm=00000000%08x memcg_path=/ write=false\n".formatted(1_000 + i, 100 + i / 1_000, i % 1_000 * 10 + 1, 4096 + 64 * i));
      }
    }
    Launched.Result result = launched.sh("\"$v\" check " + many, Map.of());
    assertThat(result.status()).isEqualTo(4);
    assertThat(result.out()).startsWith("INCONCLUSIVE").contains("Page faults  400000: ");
    assertThat(result.err()).isEmpty();
  }

  private static String text(String sample) throws IOException {
    try (InputStream in = new ZstdInputStream(Files.newInputStream(Path.of(sample)))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void assertFails(Launched.Result result, String line) {
    assertThat(result.err()).startsWith("vmatrace: ").contains(line).hasLineCount(1);
    assertThat(result.status()).isEqualTo(5);
    assertThat(result.out()).isEmpty();
  }
}
