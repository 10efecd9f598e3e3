package io.vmatrace.parser.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every decoder on what Jazzer would begin with and on what it found before; with -Dvmatrace.fuzz.seconds, as in CI, Jazzer itself for that
 * long on each (docs/FUZZING.md).
 */
class FuzzTest {
  private static final int SECONDS = Integer.getInteger("vmatrace.fuzz.seconds", 0);

  /** Fixed, so that a build that passed passes again; another one, or 0 for a random one, goes elsewhere. */
  private static final int SEED = Integer.getInteger("vmatrace.fuzz.seed", 1);

  private static final int MOST_LINES = 80;
  private static final int MOST_QUOTED = 12 << 10;
  private static final Pattern WRITTEN = Pattern.compile("Test unit written to (\\S+)");

  private static final Path FOUND = Path.of("src/test/resources/fuzz");

  @ParameterizedTest
  @EnumSource(FuzzTarget.class)
  void shouldSurviveItsSeeds(FuzzTarget target, @TempDir Path folder) throws Exception {
    target.seed(folder);
    for (Path seed : files(folder).toList()) {
      run(target, seed);
    }
  }

  @ParameterizedTest
  @EnumSource(FuzzTarget.class)
  @Execution(ExecutionMode.CONCURRENT)
  void shouldSurviveJazzer(FuzzTarget target, @TempDir Path folder) throws Exception {
    assumeThat(SECONDS).as("-Dvmatrace.fuzz.seconds").isPositive();
    Path corpus = corpus(target, folder);
    target.seed(corpus);
    Path log = folder.resolve("log");
    Process jazzer =
        new ProcessBuilder(command(target, folder, corpus)).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      assertThat(jazzer.waitFor(SECONDS + 300L, TimeUnit.SECONDS)).as("Jazzer ended").isTrue();
    } finally {
      jazzer.destroyForcibly();
    }
    String said = Files.readString(log);
    assertThat(jazzer.exitValue()).as(() -> whatWentWrong(said)).isZero();
    assertThat(said).as("Jazzer ran").contains("Done ");
    System.out.println(target + ": " + said.lines().filter(line -> line.startsWith("Done ")).findFirst().orElse(""));
  }

  /** The end of what Jazzer said, without its chatter, and the input as base64 of its zstd: a machine that builds keeps no files. */
  private static String whatWentWrong(String said) {
    List<String> lines = said.lines().filter(line -> !line.startsWith("INFO: ") && !line.startsWith("#")).toList();
    String end = String.join("\n", lines.subList(Math.max(0, lines.size() - MOST_LINES), lines.size()));
    return WRITTEN.matcher(said).results().map(found -> end + "\n" + found.group(1) + ": " + folded(Path.of(found.group(1)))).findFirst().orElse(end);
  }

  private static String folded(Path artifact) {
    try {
      byte[] folded = Zstd.compress(Files.readAllBytes(artifact), 19);
      return folded.length > MOST_QUOTED ? "%d bytes as zstd".formatted(folded.length) : Base64.getEncoder().encodeToString(folded);
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** A folder that stays, with -Dvmatrace.fuzz.corpus, so that a long run continues where the last one ended; else one for this run. */
  private static Path corpus(FuzzTarget target, Path folder) throws IOException {
    String kept = System.getProperty("vmatrace.fuzz.corpus");
    return Files.createDirectories((kept == null ? folder : Path.of(kept)).resolve(target.name().toLowerCase(Locale.ROOT)));
  }

  private static List<String> command(FuzzTarget target, Path folder, Path corpus) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx512m",
        "-Dvmatrace.fuzz.strict=" + Boolean.getBoolean("vmatrace.fuzz.strict"),
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-cp",
        System.getProperty("java.class.path"),
        "com.code_intelligence.jazzer.Jazzer",
        "--target_class=" + target.className(),
        "--instrumentation_includes=io.vmatrace.**",
        "--reproducer_path=" + folder,
        "-artifact_prefix=" + FOUND.toAbsolutePath() + "/" + target.name().toLowerCase(Locale.ROOT) + "-",
        "-max_total_time=" + SECONDS,
        "-seed=" + SEED,
        "-timeout=30", // Jazzer's instrumented code takes several times as long as the program
        "-rss_limit_mb=2048",
        "-max_len=" + target.longest(),
        corpus.toString());
  }

  static Stream<Path> found() throws IOException {
    return files(FOUND);
  }

  private static Stream<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList().stream();
    }
  }

  /** Files are named TARGET-what.bin. */
  @ParameterizedTest
  @MethodSource("found")
  void shouldSurviveWhatWasFoundBefore(Path file) throws Exception {
    String name = file.getFileName().toString();
    FuzzTarget target = FuzzTarget.valueOf(name.substring(0, name.indexOf('-')).toUpperCase(Locale.ROOT));
    run(target, file);
  }

  private static void run(FuzzTarget target, Path file) throws Exception {
    Method run = Class.forName(target.className()).getDeclaredMethod("fuzzerTestOneInput", byte[].class);
    run.setAccessible(true);
    Fuzzing.strict = true;
    run.invoke(null, (Object) Files.readAllBytes(file));
  }
}
