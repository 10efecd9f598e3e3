package io.vmatrace.parser.tracedat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmatrace.parser.tracedat.Events.Event;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real trace.dat files: the peer is trace-cmd, and one recording has one answer in each of its forms. */
class TraceDatTest {
  private static final Path FORMATS = Events.FORMATS;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "samples/formats/tracecmd-v6.dat.zst",
        "samples/formats/tracecmd-v7-none.dat.zst",
        "samples/formats/tracecmd-v7-zstd.dat",
        "../shared/corpora/trace.dat/trappy-raw_trace-v6.dat",
        "../shared/corpora/trace.dat/trappy-trace-v6-32bit.dat"
      })
  void shouldReadWhatTraceCmdReads(String name) throws Exception {
    Path sample = Path.of("..", name);
    assumeTrue(Files.exists(sample), "needs the corpora beside the project");
    Path file = Derived.plain(sample, folder);
    List<Reported> expected = reported(file);
    Events read = Events.of(file);
    assertSame(read.events(), expected);
    assertThat(read.all()).as("markers where trace-cmd says that events were dropped").hasSameSizeAs(expected);
    assertAccounted(read, file);
  }

  @Test
  void shouldReadAlsoTheTextOfTheSameRecording() throws Exception {
    List<Event> events = Events.of(FORMATS.resolve("tracecmd-v7-zstd.dat")).events();
    assertSame(events, text(FORMATS.resolve("tracecmd-report-R-t.txt.zst")));
    assertSame(Events.of(FORMATS.resolve("tracecmd-v6.dat.zst")).events(), text(FORMATS.resolve("tracecmd-v6-report-R-t.txt.zst")));
  }

  private List<Reported> text(Path file) throws Exception {
    try (Stream<String> lines = Files.lines(Derived.plain(file, folder))) {
      return Reported.all(lines);
    }
  }

  private List<Reported> reported(Path file) throws IOException, InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder("trace-cmd", "report", "-R", "-t", "-i", file.toString()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    } catch (IOException e) {
      assumeTrue(false, "trace-cmd is not here: " + e.getMessage());
      throw e;
    }
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      List<Reported> all = Reported.all(lines.lines());
      process.waitFor();
      return all;
    }
  }

  /**
   * Events, counts by name and by CPU, times and values. trace-cmd orders events of the same time by the order of its files, we by CPU,
   * so they are compared CPU by CPU.
   */
  private static void assertSame(List<Event> read, List<Reported> expected) {
    assertThat(read).hasSameSizeAs(expected).isNotEmpty();
    assertThat(read.stream().map(Event::time)).isSorted();
    Map<Integer, List<Event>> byCpu = read.stream().collect(Collectors.groupingBy(Event::cpu));
    Map<Integer, List<Reported>> expectedByCpu = expected.stream().collect(Collectors.groupingBy(Reported::cpu));
    assertThat(byCpu.keySet()).isEqualTo(expectedByCpu.keySet());
    byCpu.forEach(
        (cpu, events) -> {
          List<Reported> reported = expectedByCpu.getOrDefault(cpu, List.of());
          assertThat(events).hasSameSizeAs(reported);
          for (int i = 0; i < events.size(); i++) {
            assertSame(events.get(i), reported.get(i));
          }
        });
  }

  private static void assertSame(Event event, Reported reported) {
    Map<String, Object> identity = Map.of("name", event.name(), "cpu", event.cpu(), "task", event.task(), "time", event.time());
    assertThat(identity).isEqualTo(reported.identity());
    Map<String, Object> differences = new HashMap<>();
    event.fields().forEach((field, value) -> {
      Object theirs = reported.value(field, value, event.fields().keySet());
      if (!value.equals(theirs) && !isBugOfPeer(event, field, value, theirs)) {
        differences.put(field, List.of(value, theirs == null ? "absent" : theirs));
      }
    });
    assertThat(differences).as("%s", reported).isEmpty();
  }

  /** What trace-cmd 3.1.6 prints with -R in place of the value. */
  private static boolean isBugOfPeer(Event event, String field, Object value, @Nullable Object theirs) {
    // the kernel's symbol around an address in the kernel, without the offset that would tell where in it
    boolean symbol =
        event.name().startsWith("page_fault_")
            && field.equals("ip")
            && (Long) value >>> 32 == 0xffff_ffffL
            && String.valueOf(theirs).matches("[A-Za-z_][A-Za-z0-9_.]*");
    // an array that takes the rest of the record is read as a number of no bytes
    boolean rest = (event.name().equals("bprint") || event.name().equals("print")) && field.equals("buf") && "0".equals(theirs);
    return symbol || rest;
  }

  static void assertAccounted(Events read, Path file) throws IOException {
    assertThat(read.facts().stats().bytes()).isEqualTo(Files.size(file));
    assertThat(read.facts().stats().damagedBytes()).isZero();
    assertThat(read.facts().cutShort()).isNull();
    List<Event> events = new ArrayList<>(read.events());
    assertThat(read.facts().stats().decoded() + read.facts().stats().ignored() + read.facts().stats().unknown()).isEqualTo(events.size());
  }
}
