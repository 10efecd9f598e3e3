package io.vmatrace.parser.tracedat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.event.specs.FaultEvents;
import io.vmatrace.parser.event.specs.LookUpEvents;
import io.vmatrace.parser.event.specs.MmapLockEvents;
import io.vmatrace.parser.event.specs.VmaEvents;
import io.vmatrace.parser.event.specs.WriteLockEvents;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureFacts;
import io.vmatrace.parser.input.CaptureLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The binary records of the tracers function and function_graph, against the kernel's text of the same buffer. */
class FunctionTracersTest {
  private static final Path FOLDER = Path.of("src/test/resources/tracedat");
  private static final Set<String> TRACERS = Set.of("function", "funcgraph_entry", "funcgraph_exit");

  @TempDir Path folder;

  /** An event with all its values. */
  private record Typed(EventKind kind, int task, Map<Field, Long> values) {}

  /** The events of each CPU but the unknown ones, and what was counted. */
  private record Read(Map<Integer, List<Typed>> cpus, Map<Integer, List<Long>> times, CaptureFacts facts) {
    Set<EventKind> kinds() {
      return cpus.values().stream().flatMap(List::stream).map(Typed::kind).collect(Collectors.toSet());
    }
  }

  private static Read read(Path file) throws CaptureException {
    Map<Integer, List<Typed>> cpus = new HashMap<>();
    Map<Integer, List<Long>> times = new HashMap<>();
    try (Capture capture = Captures.open(file.toString(), CaptureLimits.DEFAULT, EventNames.BUILT_IN)) {
      capture.decode(
          batch -> {
            for (int i = 0; i < batch.size(); i++) {
              if (batch.kind(i) != EventKind.UNKNOWN) {
                cpus.computeIfAbsent(batch.cpu(i), _ -> new ArrayList<>()).add(typed(batch, i));
                times.computeIfAbsent(batch.cpu(i), _ -> new ArrayList<>()).add(batch.isTimeLatest(i) ? -1 : batch.time(i));
              }
            }
            return true;
          },
          false,
          _ -> {});
      return new Read(cpus, times, capture.facts());
    }
  }

  private static Typed typed(EventBatch batch, int i) {
    Map<Field, Long> values = new EnumMap<>(Field.class);
    batch.kind(i).fields().stream().filter(field -> batch.has(i, field)).forEach(field -> values.put(field, batch.value(i, field)));
    return new Typed(batch.kind(i), batch.task(i), values);
  }

  @ParameterizedTest
  @ValueSource(strings = {"graph-6.18.15.dat", "graph-7.2.13.dat", "function-7.2.13.dat", "function-6.18.15-v6.dat.zst", "raw-7.2.13"})
  void shouldReadWhatTheTextSays(String name) throws Exception {
    Read binary = read(FOLDER.resolve(name));
    Read text = read(FOLDER.resolve(name.replaceFirst("\\.dat.*", "") + ".txt.zst"));
    assertThat(binary.cpus()).isEqualTo(text.cpus()).hasSize(2);
    text.times().forEach((cpu, times) -> {
      List<Long> precise = binary.times().getOrDefault(cpu, List.of());
      for (int i = 0; i < times.size(); i++) {
        int at = i;
        assertThat(times.get(i))
            .satisfiesAnyOf(t -> assertThat(t).as("bounded only").isEqualTo(-1), t -> assertThat(t).isCloseTo(precise.get(at), within(1_000L)));
      }
    });
    assertThat(binary.facts().stats().unknownNames()).isEmpty();
    assertThat(binary.facts().details()).doesNotContainKey("functions");
    assertThat(binary.kinds()).contains(LookUpEvents.LOCK_VMA_UNDER_RCU, FaultEvents.HANDLE_MM_FAULT, WriteLockEvents.VMA_START_WRITE, VmaEvents.VMA_LINK);
  }

  @ParameterizedTest
  @CsvSource({"graph-6.18.15.dat,VMA_MARK_DETACHED_RET", "graph-6.18.15.dat,DUP_MMAP_RET", "graph-7.2.13.dat,HANDLE_MM_FAULT_RET"})
  void shouldReadReturns(String name, String returned) throws Exception {
    assertThat(read(FOLDER.resolve(name)).kinds()).extracting(EventKind::name).contains(returned);
  }

  @ParameterizedTest
  @ValueSource(strings = {"graph-6.18.15.dat", "function-7.2.13.dat"})
  void shouldCountEveryByteOnce(String name) throws Exception {
    TraceDatTest.assertAccounted(Events.of(FOLDER.resolve(name)), FOLDER.resolve(name));
  }

  @Test
  void shouldNameTheFunctionInWords() throws Exception {
    assertThat(Events.of(FOLDER.resolve("graph-7.2.13.dat")).all())
        .filteredOn(event -> event.kind() == LookUpEvents.LOCK_VMA_UNDER_RCU)
        .isNotEmpty()
        .allSatisfy(event -> assertThat(event.description().text()).contains("funcgraph_entry: lock_vma_under_rcu func=0xffffffff"));
  }

  @Test
  void shouldSayWhatPagesWithoutSymbolsLack() throws Exception {
    Path symbols = pages().resolve("kallsyms");
    Files.delete(symbols);
    assertUnknown("no symbols of the kernel are here");
    Files.writeString(symbols, "0000000000000000 T lock_vma_under_rcu\n0000000000000000 T vma_link\n");
    assertUnknown("kptr_restrict");
  }

  private void assertUnknown(String why) throws CaptureException {
    Read read = read(folder);
    assertThat(read.kinds()).contains(MmapLockEvents.MMAP_LOCK_RELEASED).doesNotContain(LookUpEvents.LOCK_VMA_UNDER_RCU);
    assertThat(read.facts().stats().unknownNames()).containsOnlyKeys("funcgraph_entry", "funcgraph_exit");
    assertThat(read.facts().details().get("functions")).contains(why).contains("/proc/kallsyms");
  }

  /** A copy of the folder with pages, to be changed. */
  private Path pages() throws IOException {
    Path from = FOLDER.resolve("raw-7.2.13");
    try (Stream<Path> all = Files.walk(from)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        Path copy = folder.resolve(from.relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
    return folder;
  }

  @Test
  void shouldReadWhatIsLeftOfDamagedSymbols() throws Exception {
    Path symbols = pages().resolve("kallsyms");
    byte[] text = Files.readAllBytes(symbols);
    for (int i = 0; i < text.length; i += 3) {
      text[i] = (byte) (text[i] * 31 + i);
    }
    Files.write(symbols, text);
    Read read = read(folder);
    assertThat(read.facts().stats().damaged()).isZero();
    assertThat(read.kinds()).contains(MmapLockEvents.MMAP_LOCK_RELEASED);
    assertThat(TRACERS).containsAll(read.facts().stats().unknownNames().keySet());
  }
}
