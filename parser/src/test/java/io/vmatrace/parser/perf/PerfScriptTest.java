package io.vmatrace.parser.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Event by event the same as perf script, from the same file and from texts that perf 6.1 made of the same recordings. */
class PerfScriptTest {
  /**
   * Files that perf 6.1 does not open, and how many samples they have: attributes of 136 bytes came with 6.3 (sleep.*), and
   * piped.corrupted… has a record of size 0 (at byte 49104) before its first sample.
   */
  private static final Map<String, Integer> REFUSED =
      Map.of("sleep.compressed.data", 8, "sleep.data", 7, "piped.corrupted.zero_size_sample-3.2.data", 0);

  /** A file without its events' names: perf makes them up, with what the attributes say of precision and host (cycles:ppH). */
  private static final String UNNAMED = "piped.lost_samples-4.4.data";

  private static PeerScript.Line withoutModifiers(PeerScript.Line line) {
    assertThat(line.name()).endsWith(":ppH");
    return new PeerScript.Line(line.comm(), line.tid(), line.cpu(), line.time(), line.digits(), line.name().replace(":ppH", ""), line.text());
  }

  static Stream<Path> files() throws IOException {
    try (Stream<Path> own = Files.list(Event.FORMATS)) {
      List<Path> files = new ArrayList<>(own.filter(file -> file.getFileName().toString().matches("perf.*\\.data")).toList());
      files.add(Event.RECORDED);
      files.addAll(publicFiles());
      return files.stream().sorted();
    }
  }

  private static List<Path> publicFiles() throws IOException {
    Path corpora = Event.SHARED.resolve("corpora/perf.data");
    if (!Files.isDirectory(corpora)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(corpora)) {
      return files.toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void shouldReadWhatPerfScriptReads(Path file) throws Exception {
    assumeTrue(PeerScript.isInstalled(), "perf is not installed");
    List<Event> events = Event.decode(file).samples().stream().filter(event -> !event.name().equals("damaged")).toList();
    Optional<List<PeerScript.Line>> script = PeerScript.of(file);
    Integer refused = REFUSED.get(file.getFileName().toString());
    if (refused != null) {
      assertThat(script).as("a newer perf opens it: compare").isEmpty();
      assertThat(events).hasSize(refused);
      return;
    }
    List<PeerScript.Line> lines = script.orElseThrow();
    if (file.getFileName().toString().equals(UNNAMED)) {
      lines = lines.stream().map(PerfScriptTest::withoutModifiers).toList();
    }
    assertThat(counts(events, Event::fullName)).isEqualTo(counts(lines, PeerScript.Line::name));
    assertThat(counts(events, Event::cpu)).isEqualTo(counts(lines, line -> cpu(line, events)));
    assertSame(events, lines);
  }

  /** Where the first event has no CPU, perf script has no column for it; what the others have is compared by their texts. */
  private static int cpu(PeerScript.Line line, List<Event> events) {
    return line.cpu() >= 0 || events.isEmpty() ? line.cpu() : events.stream().filter(e -> e.time() == line.time() && e.task() == line.tid()).findFirst().map(Event::cpu).orElse(-1);
  }

  static Stream<List<String>> recordings() {
    return Stream.of(
        List.of("../clean-6.18.15-churn-perf.data", "perf-script.txt.zst"),
        List.of("../clean-6.18.15-churn-perf.data", "perf-script-ns.txt.zst"),
        List.of("perf-z.data", "perf-script-header.txt.zst"),
        List.of("perf-g.data", "perf-script-g.txt.zst"));
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void shouldReadTheSameAsTheTextOfTheSameRecording(List<String> names) throws Exception {
    Path formats = Event.FORMATS;
    assertSame(Event.decode(formats.resolve(names.get(0))).samples(), PeerScript.ofText(formats.resolve(names.get(1))));
  }

  private static void assertSame(List<Event> events, List<PeerScript.Line> lines) {
    assertThat(events).hasSameSizeAs(lines);
    for (int i = 0; i < lines.size(); i++) {
      Event event = events.get(i);
      PeerScript.Line line = lines.get(i);
      long unit = line.digits() == 9 ? 1 : 1_000;
      assertThat(event.time() / unit).as("time of event %d", i).isEqualTo(line.time() / unit);
      assertThat(event.fullName()).as("name of event %d", i).isEqualTo(line.name());
      assertThat(event.task()).as("task of event %d", i).isEqualTo(line.tid());
      assertThat(comm(event)).as("comm of event %d", i).isEqualTo(line.comm());
      if (line.cpu() >= 0) {
        assertThat(event.cpu()).as("cpu of event %d", i).isEqualTo(line.cpu());
      }
      ScriptFields.assertSame(event, line.text());
    }
  }

  /** perf prints {@code :tid} where it does not know, and calls the idle task swapper. */
  private static String comm(Event event) {
    return event.comm().isEmpty() ? ":" + event.task() : event.comm().equals("<idle>") ? "swapper" : event.comm();
  }

  private static <T, K> Map<K, Long> counts(List<T> list, Function<T, K> by) {
    return list.stream().collect(Collectors.groupingBy(by, Collectors.counting()));
  }

  @Test
  void shouldKnowMachineAndClock() throws Exception {
    Path file = Event.FORMATS.resolve("perf-z.data");
    Event.Decoded decoded = Event.decode(file);
    assertThat(decoded.facts().kernelRelease()).isEqualTo("6.18.15+deb13-cloud-amd64");
    assertThat(decoded.facts().clock()).isEqualTo("perf");
    assertThat(decoded.facts().cpus()).isEqualTo(2);
    assertThat(decoded.facts().details()).containsEntry("architecture", "x86_64").containsEntry("records", "zstd level 1, ratio 11");
  }

  @Test
  void shouldKnowAClockOfTheUsersChoice() throws Exception {
    Path mono = Event.SHARED.resolve("corpora/perf.data/sleep.data");
    assumeTrue(Files.exists(mono), "needs the corpora beside the project");
    assertThat(Event.decode(mono).facts().clock()).isEqualTo("mono");
  }

  @Test
  void shouldSayOfPublicCapturesThatTheyHaveNothingToUse() throws Exception {
    assumeFalse(publicFiles().isEmpty(), "needs the corpora beside the project");
    for (Path file : publicFiles()) {
      Event.Decoded decoded = Event.decode(file);
      assertThat(decoded.facts().stats().decoded()).as(file.toString()).isZero();
      assertThat(decoded.facts().stats().bytes()).as(file.toString()).isEqualTo(Files.size(file));
      boolean damaged = Set.of("piped.corrupted.zero_size_sample-3.2.data").contains(file.getFileName().toString());
      assertThat(decoded.facts().stats().damaged()).as(file.toString()).isEqualTo(damaged ? 1 : 0);
      assertThat(decoded.facts().cutShort()).as(file.toString()).isNull();
    }
  }
}
