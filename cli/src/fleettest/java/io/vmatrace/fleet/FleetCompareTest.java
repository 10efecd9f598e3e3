package io.vmatrace.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The job and the command line over the same captures, each in a process of its own: all that either tells of each capture is the same.
 * {@code -Dvmatrace.fleet.captures=10000} for more of them than every build has time for; the figures of docs/FLEET.md are what it prints.
 */
class FleetCompareTest {
  private static final int CAPTURES = Integer.getInteger("vmatrace.fleet.captures", 200);

  /** As many names as a command line takes, with room to spare. */
  private static final int NAMES = 10_000;

  private static final Duration LONGEST = Duration.ofSeconds(300 + CAPTURES / 2);

  @TempDir Path folder;

  @Test
  void shouldTellWhatCheckTells() throws Exception {
    Path lab = LabFolder.fill(folder, CAPTURES);
    List<Path> captures = files(lab);
    assertThat(captures).hasSize(CAPTURES);
    System.out.println("%d captures of %.1f KB on average".formatted(CAPTURES, captures.stream().mapToLong(file -> file.toFile().length()).sum() / 1e3 / CAPTURES));
    Map<String, String> expected = Told.byCheck(check(captures));
    assertThat(job(lab)).isEqualTo(CAPTURES);
    assertThat(differences(expected, Told.byTables(folder.resolve("results")))).isEmpty();
    System.out.println("%d captures compared: %s".formatted(expected.size(), verdicts(expected)));

    List<Path> before = files(folder.resolve("results"));
    assertThat(job(lab)).as("captures that a second run checks").isZero();
    assertThat(files(folder.resolve("results"))).isEqualTo(before);

    Path changed = captures.get(CAPTURES / 2);
    FileTime other = FileTime.fromMillis(Files.getLastModifiedTime(changed).toMillis() + 2_000);
    byte[] bytes = Files.readAllBytes(captures.get(CAPTURES / 3));
    Files.delete(changed); // it may be a link to others' bytes
    Files.setLastModifiedTime(Files.write(changed, bytes), other);
    Path added = Files.write(lab.resolve("new"), bytes);
    Files.delete(captures.getFirst());
    assertThat(job(lab)).as("captures that a run checks when one is changed, one new and one removed").isEqualTo(2);
    expected.putAll(Told.byCheck(check(List.of(changed, added))));
    assertThat(differences(expected, Told.byLatest(folder.resolve("results")))).as("with what was told of the one that is removed").isEmpty();
  }

  /** What is told otherwise, a few of them, whole. */
  static List<String> differences(Map<String, String> expected, Map<String, String> told) {
    List<String> differences = new ArrayList<>();
    Map<String, String> further = new TreeMap<>(told);
    expected.forEach(
        (path, text) -> {
          String other = further.remove(path);
          if (!text.equals(other)) {
            differences.add("%s%n--- check%n%s%n--- job%n%s".formatted(path, text, other));
          }
        });
    further.forEach((path, text) -> differences.add("%s is told by the job only: %s".formatted(path, text)));
    return differences.size() <= 5 ? differences : Stream.concat(Stream.of(differences.size() + " differences"), differences.stream().limit(5)).toList();
  }

  private static Map<String, Integer> verdicts(Map<String, String> told) {
    Map<String, Integer> verdicts = new TreeMap<>();
    told.values().forEach(text -> verdicts.merge(text.substring(0, text.indexOf(' ')), 1, Integer::sum));
    return verdicts;
  }

  static List<Path> files(Path under) throws IOException {
    try (Stream<Path> files = Files.walk(under)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** A loop over all, as many at once as a command line takes. */
  private List<Path> check(List<Path> captures) throws Exception {
    List<Path> told = new ArrayList<>();
    List<Child.Took> took = new ArrayList<>();
    for (int from = 0; from < captures.size(); from += NAMES) {
      List<String> arguments = new ArrayList<>(List.of("io.vmatrace.cli.Main", "check", "--format", "ndjson", "--jobs", "2"));
      captures.subList(from, Math.min(captures.size(), from + NAMES)).forEach(file -> arguments.add(file.toString()));
      Child child = Child.start(folder, "check-%d-of-%d".formatted(from, captures.size()), List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-XX:+UseSerialGC"), arguments);
      took.add(child.await(LONGEST));
      told.add(child.out());
    }
    System.out.println(
        "vmatrace check --jobs 2 of %d captures: %.1f s, %.1f s of processors, %d MiB resident"
            .formatted(
                captures.size(),
                took.stream().mapToDouble(Child.Took::wall).sum(),
                took.stream().mapToDouble(Child.Took::processor).sum(),
                took.stream().mapToLong(Child.Took::resident).max().orElse(0) >> 20));
    return told;
  }

  /** As spark-submit starts it; returns how many were checked. */
  private long job(Path lab) throws Exception {
    Child child = Child.start(folder, "job", options(), submit("local[2,4]", List.of(), lab, folder.resolve("results")));
    Child.Took took = child.await(LONGEST);
    String said = Files.readString(child.out(), StandardCharsets.UTF_8).strip();
    assertThat(took.status()).as(() -> log(child)).isZero();
    System.out.println("the job, %s: %s".formatted(said, took));
    assertThat(said).endsWith(" captures checked");
    return Long.parseLong(said.substring(0, said.indexOf(' ')));
  }

  static List<String> options() {
    List<String> options = new ArrayList<>(List.of("-Xmx1g", "-Duser.timezone=UTC"));
    options.addAll(List.of(JavaModuleOptions.defaultModuleOptionArray()));
    return options;
  }

  static List<String> submit(String master, List<String> settings, Path lab, Path results) {
    List<String> arguments = new ArrayList<>(List.of("org.apache.spark.deploy.SparkSubmit", "--master", master));
    for (String setting : Stream.concat(Stream.of("spark.ui.enabled=false", "spark.driver.bindAddress=127.0.0.1", "spark.driver.host=127.0.0.1"), settings.stream()).toList()) {
      arguments.addAll(List.of("--conf", setting));
    }
    arguments.addAll(List.of("--class", "io.vmatrace.fleet.FleetJob", "spark-internal", lab.toString(), results.toString()));
    return arguments;
  }

  static String log(Child child) {
    try {
      List<String> lines = Files.readAllLines(child.err());
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
