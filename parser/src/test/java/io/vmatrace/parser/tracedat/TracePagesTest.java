package io.vmatrace.parser.tracedat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.tracedat.Events.Event;
import io.vmatrace.parser.tracedat.SlowPages.Rec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages of per_cpu/cpuN/trace_pipe_raw, against a plain reader of pages. */
class TracePagesTest {
  private static final Path RAW = Events.FORMATS.resolve("raw");

  @TempDir Path folder;

  @Test
  void shouldReadEveryRecordOfEachCpu() throws Exception {
    Events read = Events.of(RAW);
    long bytes = 0;
    for (int cpu = 0; cpu < 2; cpu++) {
      byte[] pages = Files.readAllBytes(RAW.resolve("raw-cpu%d.bin".formatted(cpu)));
      bytes += pages.length;
      List<Rec> expected = SlowPages.read(pages, 4096);
      int of = cpu;
      List<Event> events = read.events().stream().filter(event -> event.cpu() == of).toList();
      assertThat(events).isNotEmpty().hasSameSizeAs(expected);
      assertThat(events).extracting(Event::time).isEqualTo(expected.stream().map(Rec::time).toList());
      assertThat(events).extracting(Event::task).isEqualTo(expected.stream().map(r -> little(r).getInt(4)).toList());
    }
    assertThat(read.events()).extracting(Event::name).contains("mmap_lock_released", "page_fault_user", "ma_write");
    assertThat(read.facts().stats().bytes()).isEqualTo(bytes);
  }

  private static ByteBuffer little(Rec record) {
    return record.payload().duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void shouldFindPagesAsTracefsNamesThem() throws Exception {
    copy(RAW.resolve("events"), folder.resolve("events"));
    for (int cpu = 0; cpu < 2; cpu++) {
      Path of = Files.createDirectories(folder.resolve("per_cpu/cpu" + (cpu + 4)));
      Files.copy(RAW.resolve("raw-cpu%d.bin".formatted(cpu)), of.resolve("trace_pipe_raw"));
    }
    Files.writeString(folder.resolve("trace_clock"), "local global [boot] mono\n");
    Events read = Events.of(folder);
    assertThat(read.events()).hasSameSizeAs(Events.of(RAW).events());
    assertThat(read.events()).extracting(Event::cpu).containsOnly(4, 5);
    assertThat(read.facts().clock()).isEqualTo("boot");
  }

  @Test
  void shouldReadPagesUpToWhereTheyAreCut() throws Exception {
    copy(RAW.resolve("events"), folder.resolve("events"));
    byte[] pages = Files.readAllBytes(RAW.resolve("raw-cpu0.bin"));
    Files.write(folder.resolve("cpu0.raw"), Arrays.copyOf(pages, 10_000));
    Events read = Events.of(folder);
    assertThat(read.facts().cutShort()).contains("cpu0.raw").contains("10000");
    assertThat(read.facts().stats().bytes()).isEqualTo(10_000);
    assertThat(read.events()).hasSizeGreaterThan(SlowPages.read(Arrays.copyOf(pages, 8192), 4096).size());
  }

  @Test
  void shouldKnowThatARecordingWasBrokenOff() throws Exception {
    copy(RAW, folder);
    Files.createFile(folder.resolve(TracePages.UNFINISHED));
    Events read = Events.of(folder);
    assertThat(read.events()).hasSameSizeAs(Events.of(RAW).events());
    assertThat(read.facts().cutShort()).startsWith("the recording was broken off");
    assertThat(read.all().stream().filter(Event::isMarker)).extracting(Event::cpu).containsExactlyInAnyOrder(0, 1);
  }

  @Test
  void shouldSayThatAnotherFolderIsNoCapture() throws IOException {
    copy(RAW.resolve("events"), folder.resolve("events"));
    assertThatThrownBy(() -> Events.of(folder)).isInstanceOf(CaptureException.class).hasMessageContaining("is a directory");
  }

  static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path file : all.toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    }
  }
}
