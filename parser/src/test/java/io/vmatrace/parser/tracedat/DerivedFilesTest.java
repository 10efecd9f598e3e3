package io.vmatrace.parser.tracedat;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.parser.event.specs.MarkerEvents;
import io.vmatrace.parser.tracedat.Events.Event;
import io.vmatrace.parser.tracedat.SlowPages.Rec;
import io.vmatrace.parser.tracedat.SlowPages.Shape;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Forms of which there is no real file at hand, made of a real one by {@link Parts}: the events stay the same. */
class DerivedFilesTest {
  @TempDir static Path folder;

  private static Parts parts;
  private static Events real;

  @BeforeAll
  static void readRealFile() throws Exception {
    Path file = Events.FORMATS.resolve("tracecmd-v6.dat.zst");
    parts = new Parts(Files.readAllBytes(Derived.plain(file, folder)));
    real = Events.of(file);
  }

  @ParameterizedTest
  @CsvSource({
    "6, LITTLE_ENDIAN, 8, 4096, none",
    "6, BIG_ENDIAN, 8, 4096, none",
    "6, LITTLE_ENDIAN, 4, 4096, none",
    "6, BIG_ENDIAN, 4, 65536, none",
    "6, LITTLE_ENDIAN, 8, 12288, none",
    "7, LITTLE_ENDIAN, 8, 4096, zlib",
    "7, BIG_ENDIAN, 4, 8192, zlib",
    "7, LITTLE_ENDIAN, 8, 16384, zstd",
    "7, BIG_ENDIAN, 8, 4096, none"
  })
  void shouldReadTheSameEventsInEachForm(int version, String order, int longBytes, int pageBytes, String compression) throws Exception {
    ByteOrder byteOrder = order.equals("BIG_ENDIAN") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    Shape shape = new Shape(byteOrder, longBytes, pageBytes);
    byte[] bytes = version == 6 ? parts.v6(shape) : parts.v7(shape, compression, "", 0, 1);
    Path file = Files.write(folder.resolve("derived.dat"), bytes);
    Events read = Events.of(file);
    assertThat(read.content()).isEqualTo(real.content());
    assertThat(read.facts().clock()).isEqualTo("mono");
    assertThat(read.facts().kernelRelease()).isEqualTo("6.18.15");
    assertThat(read.facts().cpus()).isEqualTo(2);
    TraceDatTest.assertAccounted(read, file);
  }

  @Test
  void shouldReadSparseCpusOfAnInstance() throws Exception {
    Path file = Files.write(folder.resolve("sparse.dat"), parts.v7(Shape.USUAL, "zstd", "mine", 3, 700));
    Events read = Events.of(file);
    assertThat(counts(read)).isEqualTo(Map.of(3, counts(real).getOrDefault(0, 0L), 700, counts(real).getOrDefault(1, 0L)));
    assertThat(read.facts().details()).containsEntry("buffers", "mine");
  }

  private static Map<Integer, Long> counts(Events events) {
    return events.all().stream().collect(Collectors.groupingBy(Event::cpu, Collectors.counting()));
  }

  @ParameterizedTest
  @CsvSource({"8, 17", "4, 17", "8, 0"})
  void shouldPutAMarkerBeforeThePageThatMissedEvents(int longBytes, long missed) throws Exception {
    Parts lossy = new Parts(Files.readAllBytes(folder.resolve("tracecmd-v6.dat")));
    List<Rec> cpu = lossy.cpus.get(1);
    Rec first = cpu.get(100);
    cpu.set(100, new Rec(first.time(), first.payload(), missed));
    Path file = Files.write(folder.resolve("lossy.dat"), lossy.v6(new Shape(ByteOrder.LITTLE_ENDIAN, longBytes, 4096)));
    Events read = Events.of(file);
    List<Event> markers = read.all().stream().filter(Event::isMarker).toList();
    assertThat(markers).extracting(Event::kind).containsExactly(MarkerEvents.LOST_EVENTS);
    assertThat(markers.getFirst().cpu()).isEqualTo(1);
    assertThat(markers.getFirst().count()).isEqualTo(missed);
    assertThat(markers.getFirst().time()).isEqualTo(first.time());
    int at = read.all().indexOf(markers.getFirst());
    assertThat(read.all().get(at + 1).cpu()).isEqualTo(1);
    assertThat(read.all().get(at + 1).time()).isEqualTo(first.time());
    assertThat(read.facts().stats().lost()).isEqualTo(Math.max(1, missed));
    assertThat(read.events()).hasSameSizeAs(real.events());
  }
}
