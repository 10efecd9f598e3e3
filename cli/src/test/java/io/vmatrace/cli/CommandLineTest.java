package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdInputStream;
import com.networknt.schema.InputFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Exit statuses and messages: one clear line, and what could be read is still reported. */
class CommandLineTest {
  private static final String TRACEPOINTS = "samples/clean-6.18.15-churn-e0-hashed.txt.zst";
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
    assertRefused("empty", file("empty", new byte[0]));
    assertRefused("empty", file("empty.gz", HexFormat.of().parseHex("1f8b080000000000000303000000000000000000")));
    assertRefused("PNG", file("picture", new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0}));
    assertRefused("is not a trace", file("letter", "Dear kernel,\nhow are you?\n".getBytes(StandardCharsets.UTF_8)));
    assertRefused("is not a trace", file("group", "root:x:0:\nusers:x:100:\nssl-cert:x:103:postgres\n".getBytes(StandardCharsets.UTF_8)));
    assertRefused("is not a trace", file("errno.h", "#ifndef _ERRNO_H\n#define EPERM 1 /* not permitted */\n#define ENOENT 2 /* no such file */\n#endif /* _ERRNO_H */\n".getBytes(StandardCharsets.UTF_8)));
    assertRefused("is not a trace", file("NEWS", "  * Fix a regression.  [#5577]\n  * BUG: [#31](it)\n".getBytes(StandardCharsets.UTF_8)));
    assertRefused("is not a trace", "cli/src/main/java/io/vmatrace/cli/Vmatrace.java");
    assertRefused("carriage return alone", file("mac", "[    1.5] BUG: a\r[    1.6] b\r".getBytes(StandardCharsets.UTF_8)));
    assertRefused("is not a trace", file("set.proto.bin", new byte[] {10, (byte) 0x9b, 10, 10, 3, 'a', '.', 'p', 18, 2, 'p', 'b', 26, 3, 'g', '/', 'd'}));
    assertRefused("is binary", file("binary", new byte[] {1, 0, 2, 0, 3}));
    assertRefused("this trace.dat is cut short at byte 10", file("dat", new byte[] {0x17, 0x08, 0x44, 't', 'r', 'a', 'c', 'i', 'n', 'g'}));
  }

  /** Right, or one line that says what is wrong and what may have been meant: as a new user would type it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "chekc x.txt | no command is called chekc; did you mean check?",
        "LICENSE | no command is called LICENSE; did you mean `vmatrace check LICENSE`?",
        "check --formt json LICENSE | no option is called --formt; did you mean --format?",
        "check --format=jsn LICENSE | no format is called jsn; there are text, json, ndjson, ktap, junit, sarif, kcidb, github, html; did you mean json",
        "check --jsn LICENSE | no option is called --jsn; did you mean --format json?",
        "events --csv LICENSE | no option is called --csv; did you mean --format csv?",
        "check --alow-inconclusive LICENSE | did you mean --allow-inconclusive?",
        "check --kernel nonsense LICENSE | --kernel nonsense is no release",
        "check -o junit:a.xml -o ktap:a.xml LICENSE | -o writes a.xml twice: give each format a file of its own",
        "check -o junit:a.xml -o ktap:cli/../a.xml LICENSE | -o writes cli/../a.xml twice",
        "check -o a.xml LICENSE | -o a.xml: give FORMAT:FILE, such as -o junit:out.xml",
        "check -o junti:a.xml LICENSE | -o junti:a.xml: no format is called junti; there are text, json, ndjson, ktap, junit, sarif, kcidb, github, html; did you mean junit?",
        "check -o json:- LICENSE | -o json:-: standard output has what --format says",
        "check -o text:LICENSE LICENSE | -o would write LICENSE, which is read: give another name",
        "check -o text:docs/out.txt docs | -o would write docs/out.txt, which is read as a part of docs: give another name",
        "check --quiet --format json LICENSE | --quiet is for text: leave it out, or give -o json:FILE",
        "check -o kcidb:a.json LICENSE | kcidb wants --kcidb-origin NAME and --kcidb-build ID: a test belongs to a build",
        "check --format kcidb --kcidb-origin Me --kcidb-build me:1 LICENSE | --kcidb-origin Me: KCIDB takes a-z, 0-9 and _",
        "check --format kcidb --kcidb-origin me --kcidb-build 1 LICENSE | --kcidb-build 1: KCIDB takes ORIGIN:ID, such as myci:4711",
        "check --sarif-category a:b LICENSE | --sarif-category a:b: give letters, digits, and - _ . /",
        "check | name a capture, or - for standard input",
        "check -x.zst | no option is called -x.zst",
        "check -oktap:out.ktap | name a capture, or - for standard input",
        "events --from soon LICENSE | --from",
        "events --mm R18 LICENSE | is no address",
        "replay --against rwsme LICENSE | no variant is called rwsme",
        "rules R599 | no rule is called R599; did you mean R59",
        "help chek | no command is called chek; did you mean check?",
        "rules R18 R19 | R19 is one too many",
        "nonsense --help | no command is called nonsense",
        "check - - | - is standard input, which can be read once: name it once",
        "events --from 5 --to 3 LICENSE | --from 5 is later than --to 3: no event is between",
        "events --from -1 --to -2 LICENSE | --from -1 is later than --to -2",
        "events --aliases LICENSE | --aliases reads no capture; your own names are given by --events FILE",
        "measure --threads many LICENSE | --threads is a whole number, and 'many' is none",
        "check --possible=3 LICENSE | --possible has no value",
        "check --kernel | --kernel has no value: give its RELEASE",
        "check --kernel LICENSE | --kernel has no value: give its RELEASE before LICENSE, or leave it out",
        "check --kernel 6.12 | name a capture, or - for standard input",
        "check 6.18.15 LICENSE | 6.18.15 is no file: if it is the kernel's release, say --kernel 6.18.15",
        "info LICENSE 6.8.0-45-generic | 6.8.0-45-generic is no file: if it is the kernel's release, say --kernel 6.8.0-45-generic",
        "check --kernel 6.12 --kernel 6.18 LICENSE | --kernel is given more than once",
        "check --events nowhere LICENSE | --events nowhere: cannot be read: no such file",
      })
  void shouldSayWhatMayHaveBeenMeant(String arguments, String line) {
    Runs.Result result = Runs.run(arguments.strip().split(" ", -1));
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).startsWith("vmatrace: ").contains(line).hasLineCount(1);
    assertThat(result.out()).isEmpty();
  }

  @Test
  void shouldHelpWithACommandByItsName() {
    assertThat(Runs.run("help", "check")).isEqualTo(Runs.run("check", "--help"));
    assertThat(Runs.run("help")).isEqualTo(Runs.run("--help"));
  }

  @Test
  void shouldHaveEachExampleInOneLine() {
    CommandLine vmatrace = Vmatrace.commandLine(System.out);
    List<CommandLine> commands = new ArrayList<>(vmatrace.getSubcommands().values());
    commands.add(vmatrace);
    for (CommandLine command : commands) {
      List<String> help = command.getUsageMessage(CommandLine.Help.Ansi.OFF).lines().toList();
      assertThat(help).as(command.getCommandName()).contains(command.getCommandSpec().usageMessage().footer());
    }
  }

  @Test
  void shouldSayThatTheCaptureIsOfAnotherKernelThanTheUserSays() {
    Runs.Result result = Runs.run("check", "--kernel", "6.12", CLEAN);
    assertThat(result.status()).isZero();
    assertThat(result.err()).isEqualTo("vmatrace: %s: --kernel 6.12: its design is rwsem, and the events show exclude-readers, which is believed%n".formatted(CLEAN));
    assertThat(Runs.run("check", "--kernel", "6.18", CLEAN).err()).contains("--kernel 6.18: its design is refcount, and the events show exclude-readers, which is believed");
    assertThat(Runs.run("check", "--kernel", "7.2.1-rc1", CLEAN).err()).isEmpty();
  }

  /** By tracepoints alone a kernel's design does not show; that it has VMA locks does. */
  @ParameterizedTest
  @ValueSource(strings = {"check", "info", "replay"})
  void shouldSayThatFaultsSpeakAgainstTheKernel(String command) {
    assertThat(Runs.run(command, "--kernel", "5.15", TRACEPOINTS).err()).matches("vmatrace: \\S+: --kernel 5\\.15: it has no VMA locks, and \\d+ page faults were served under one, which is believed\\R");
    assertThat(Runs.run(command, "--kernel", "6.4", TRACEPOINTS).err()).isEmpty();
  }

  @Test
  void shouldSayWhatIsWrongWithAFileOfNamesOnce() throws IOException {
    String names = file("names.yaml", "events:\n  my: [1\n".getBytes(StandardCharsets.UTF_8));
    Runs.Result result = Runs.run("check", "--events", names, CLEAN);
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).contains("is neither YAML nor JSON: expected ',' or ']', but got <stream end> (line 3, column 1); see").hasLineCount(1);
  }

  @Test
  void shouldSayThatNothingIsShown() throws IOException {
    assertThat(Runs.run("events", "--format", "perfetto", "--task", "99", CLEAN).err()).startsWith("vmatrace: no event passes the filters").hasLineCount(1);
    assertThat(Runs.run("events", "--format", "perfetto", "--task", "213", CLEAN).err()).isEmpty();
    assertThat(Runs.run("check", "").err()).contains("a capture's name is empty").hasLineCount(1);
    assertRefused("an archive without a file in it", file("empty.tar", new byte[10_240]));
  }

  @Test
  void shouldSayWhatIsWrongWithTheWayToAFile() throws IOException {
    Path loop = Files.createSymbolicLink(folder.resolve("loop"), Path.of("loop"));
    Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), Path.of("nowhere"));
    assertRefused("a loop of symbolic links", loop.toString());
    assertRefused("a symbolic link to nowhere, which is not there", dangling.toString());
    assertRefused("no such file", folder.resolve("none").toString());
    Path closed = Files.createDirectory(folder.resolve("closed"));
    Path inside = Files.writeString(closed.resolve("inside"), "x");
    Files.setPosixFilePermissions(closed, Set.of());
    try {
      if (!Files.isReadable(closed)) { // root may
        assertRefused("permission denied: one of the folders above it may not be entered", inside.toString());
        assertRefused("permission denied", closed.toString());
      }
    } finally {
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void shouldSayThatTheKernelIsUnknown() throws IOException {
    assertThat(Runs.run("check", "--kernel", "9.99", TRACEPOINTS).err()).contains("--kernel 9.99: that is newer than 7.3").hasLineCount(1);
    assertThat(Runs.run("replay", "--kernel", "7.4.0-rc1", TRACEPOINTS).err()).contains("--kernel 7.4.0-rc1: that is newer than 7.3").hasLineCount(1);
    String old = file("old", "x-1 [000] d.... 1.000000: sched_process_fork: comm=x pid=1 child_comm=x child_pid=2\n".getBytes(StandardCharsets.UTF_8));
    assertThat(Runs.run("info", "--kernel", "5.10", old).err()).contains("--kernel 5.10: that is older than 5.11").hasLineCount(1);
    assertThat(Runs.run("info", "--kernel", "7.3.9", old).err()).isEmpty();
  }

  @Test
  void shouldNameTheNearestWhereAFilterMatchesNothing() {
    Runs.Result result = Runs.run("events", "--event", "page_falt_user", CLEAN);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("vmatrace: no event passes the filters; no event is called page_falt_user: the nearest are page_fault_user").hasLineCount(1);
    assertThat(Runs.run("events", "--task", "workloda", CLEAN).err()).contains("no task is called workloda: the nearest are workload");
    String mm = Runs.run("events", CLEAN).out().lines().flatMap(line -> Pattern.compile("\"mm\":\"0x([0-9a-f]+)").matcher(line).results()).findFirst().orElseThrow().group(1);
    String like = mm.substring(0, mm.length() - 1) + (mm.endsWith("1") ? "2" : "1");
    assertThat(Runs.run("events", "--mm", like, CLEAN).err()).contains("no mm is called 0x" + like + ": the nearest are 0x" + mm);
    assertThat(Runs.run("events", "--event", "page_fault_user", "--to", "+0.01", CLEAN).err()).doesNotContain("nearest");
  }

  @Test
  void shouldHaveAnEntryForEveryInputThatWasGiven() {
    Runs.Result result = Runs.run("check", "--format", "json", "nowhere", CLEAN, "LICENSE");
    assertThat(result.status()).isEqualTo(3);
    assertThat(Schemas.of("check-1").validate(result.out(), InputFormat.JSON)).isEmpty();
    JsonNode run = JsonMapper.shared().readTree(result.out());
    assertThat(run.path("verdict").asString()).isEqualTo("UNREADABLE");
    assertThat(run.path("captures").values()).extracting(entry -> entry.path("path").asString()).containsExactly("nowhere", CLEAN, "LICENSE");
    assertThat(run.path("captures").values()).extracting(entry -> entry.path("verdict").asString()).containsExactly("UNREADABLE", "OK", "UNREADABLE");
    assertThat(run.at("/captures/0/error").asString()).isEqualTo("no such file");
    for (String command : List.of("info", "replay", "whatif")) {
      String out = Runs.run(command, "--format", "json", "nowhere").out();
      assertThat(Schemas.of(command + "-1").validate(out, InputFormat.JSON)).isEmpty();
      assertThat(out).contains("\"error\" : \"no such file\"");
    }
  }

  @Test
  void shouldSayOfEachLineWhatItIs() {
    Runs.Result result = Runs.run("check", "--format", "ndjson", BROKEN, "nowhere");
    assertThat(result.out().lines()).hasSize(26).allMatch(line -> Schemas.of("check-line-1").validate(line, InputFormat.JSON).isEmpty());
    assertThat(result.out().lines().map(line -> JsonMapper.shared().readTree(line)).map(line -> line.path("type").asString() + " " + line.path("path").asString()).distinct())
        .containsExactly("finding " + BROKEN, "capture " + BROKEN, "capture nowhere");
  }

  @Test
  void shouldReadWhatEditorsAndOtherSystemsMakeOfAText() throws IOException {
    String text = new String(new ZstdInputStream(Files.newInputStream(Path.of(CLEAN))).readAllBytes(), StandardCharsets.UTF_8);
    String plain = Runs.run("check", file("plain.txt", text.getBytes(StandardCharsets.UTF_8))).out();
    String marked = Runs.run("check", file("marked.txt", ("\ufeff" + text).getBytes(StandardCharsets.UTF_8))).out();
    String crlf = Runs.run("check", file("crlf.txt", ("\ufeff" + text.replace("\n", "\r\n")).getBytes(StandardCharsets.UTF_8))).out();
    assertThat(marked.replace("marked.txt", "plain.txt").lines().filter(line -> !line.contains(" bytes = "))).containsExactlyElementsOf(plain.lines().filter(line -> !line.contains(" bytes = ")).toList());
    assertThat(crlf.replace("crlf.txt", "plain.txt").lines().filter(line -> !line.contains(" bytes = "))).containsExactlyElementsOf(plain.lines().filter(line -> !line.contains(" bytes = ")).toList());
  }

  @Test
  void shouldRefuseWhatHasNoEnd() throws IOException {
    byte[] a = new byte[20 << 20];
    Arrays.fill(a, (byte) 'a');
    assertRefused("a line has more than 16 MiB and no end", file("line", a));
    assertRefused("is binary", "/dev/zero");
    Path zeros = folder.resolve("zeros.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(zeros))) {
      out.write("# tracer: nop\n#\n".getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < 100; i++) {
        out.write(new byte[1 << 20]);
      }
    }
    Runs.Result result = Runs.run("check", zeros.toString());
    assertThat(result.status()).isEqualTo(3);
    assertThat(result.err()).contains("is binary").hasLineCount(1);
    Path zip = folder.resolve("zeros.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.putNextEntry(new ZipEntry("trace.txt"));
      for (int i = 0; i < 100; i++) {
        out.write(new byte[1 << 20]);
      }
    }
    assertThat(Runs.run("check", zip.toString()).err()).contains("unpacks to more than 500 times its size");
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
    assertThat(result.out()).startsWith("UNREADABLE  ").contains("no capture in it").endsWith("\n\n1 capture: 1 UNREADABLE\n").hasLineCount(3);
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
    assertThat(list.out().lines()).hasSize(116);
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
    assertThat(result.out()).isEqualTo(result.err().replaceFirst("^vmatrace: ", "UNREADABLE  ") + "\n1 capture: 1 UNREADABLE\n");
  }

  private String file(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes).toString();
  }
}
