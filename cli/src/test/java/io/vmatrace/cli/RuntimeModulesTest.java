package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is installed has a runtime of few modules: they are all that the commands need. */
class RuntimeModulesTest {
  private static final Pattern MODULES = Pattern.compile("MODULES = \"([a-z.,]+)\"");
  private static final String SAMPLE = "samples/clean-7.2.13-churn.txt.zst";

  @TempDir Path folder;

  private static String modules() throws IOException {
    Matcher matcher = MODULES.matcher(Files.readString(Path.of("cli/src/build/java/Distribution.java")));
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }

  /** Every command, and each format and kind of capture that has a library of its own. */
  private List<List<String>> lines() {
    String broken = "samples/broken-fork-unlocked-fork-faults.txt.zst";
    List<List<String>> lines = new ArrayList<>();
    for (String format : List.of("text", "json", "ndjson", "html", "junit", "sarif", "ktap", "github")) {
      lines.add(List.of("check", "--format", format, broken, SAMPLE));
    }
    lines.add(List.of("check", "--format", "kcidb", "--kcidb-origin", "test", "--kcidb-build", "test:1", SAMPLE));
    lines.add(List.of("check", "--allow-inconclusive", "samples/formats"));
    lines.add(List.of("check", "--jobs", "2", SAMPLE, "samples/clean-6.18.15-churn-perf.data"));
    lines.add(List.of("check", "--slice", folder.resolve("slices").toString(), broken));
    lines.add(List.of("info", SAMPLE));
    lines.add(List.of("stats", "--format", "csv", SAMPLE));
    lines.add(List.of("compare", "samples/compare/before-1.txt.zst", "samples/compare/before-2.txt.zst", "--", "samples/compare/after-1.txt.zst", "samples/compare/after-2.txt.zst"));
    for (String format : List.of("ndjson", "csv", "perfetto")) {
      lines.add(List.of("events", "--format", format, SAMPLE));
    }
    lines.add(List.of("history", "workload-212", SAMPLE));
    lines.add(List.of("replay", SAMPLE));
    lines.add(List.of("whatif", "--runs", "2", SAMPLE));
    lines.add(List.of("measure", "--operations", "2000", "--forks", "1", "--rounds", "1", SAMPLE));
    lines.add(List.of("explore", "munmap-fault"));
    lines.add(List.of("record", "--script"));
    lines.add(List.of("rules", "R59"));
    lines.add(List.of("schema", "check"));
    lines.add(List.of("help", "check"));
    return lines;
  }

  @Test
  void shouldBeEnoughForEveryCommand() throws Exception {
    List<List<String>> lines = lines();
    Path file = Files.write(folder.resolve("lines"), lines.stream().map(line -> String.join("\t", line)).toList());
    assertThat(lines.stream().map(List::getFirst).distinct()).containsExactlyInAnyOrderElementsOf(Vmatrace.commandLine(System.out).getSubcommands().keySet());
    ProcessBuilder run =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin/java").toString(), "-Xmx512m", "-cp", System.getProperty("java.class.path"), EveryLine.class.getName(), file.toString());
    run.environment().put("JDK_JAVA_OPTIONS", "--limit-modules %s --enable-native-access=ALL-UNNAMED".formatted(modules())); // also those of the JVMs that measure starts
    Process started = run.redirectErrorStream(true).start();
    List<String> said = new String(started.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().filter(line -> !line.isBlank() && !line.startsWith("NOTE: Picked up")).toList();
    assertThat(started.waitFor()).as("%s", said).isZero();
    assertThat(said).hasSize(lines.size()).allMatch(line -> line.matches("[01] .*"));
  }

  /** Runs each line of a file, and prints the status. */
  static final class EveryLine {
    private EveryLine() {}

    public static void main(String[] arguments) throws IOException {
      for (String line : Files.readAllLines(Path.of(arguments[0]))) {
        Runs.Result result = Runs.run(line.split("\t", -1));
        System.out.println(result.status() + " " + line + (result.status() > 1 ? " " + result.err() : ""));
      }
    }
  }

  /** Also for what no line of above comes to. */
  @Test
  void shouldBeEnoughForAllOfOurClasses() throws IOException {
    StringWriter said = new StringWriter();
    List<String> line = List.of("--print-module-deps", "--ignore-missing-deps", "--multi-release", "25", "parser/target/classes", "checker/target/classes", "cli/target/classes");
    PrintWriter out = new PrintWriter(said);
    assertThat(ToolProvider.findFirst("jdeps").orElseThrow().run(out, out, line.toArray(String[]::new))).as("%s", said).isZero();
    assertThat(modules().split(",", -1)).contains(said.toString().strip().split(",", -1));
  }
}
