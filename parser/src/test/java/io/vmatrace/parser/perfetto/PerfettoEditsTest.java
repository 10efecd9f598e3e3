package io.vmatrace.parser.perfetto;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.specs.MarkerEvents;
import io.vmatrace.parser.event.specs.MmapLockEvents;
import io.vmatrace.parser.perfetto.Traces.Decoded;
import io.vmatrace.parser.perfetto.Traces.Event;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real traces with what Perfetto writes in other circumstances: compressed, in other orders, with losses. */
class PerfettoEditsTest {
  @TempDir Path folder;

  private Decoded decode(List<byte[]> packets) throws Exception {
    byte[] trace = Traces.trace(packets);
    Decoded decoded = Traces.decode(Files.write(folder.resolve("edited.pb"), trace));
    assertThat(decoded.facts().stats().bytes()).isEqualTo(trace.length);
    return decoded;
  }

  private static List<byte[]> dense() throws Exception {
    return Traces.packets(Traces.bytes(Traces.DENSE));
  }

  @Test
  void shouldSayWhatItIs() throws Exception {
    Decoded decoded = Traces.decode(Traces.DENSE);
    assertThat(decoded.facts().kernelRelease()).isEqualTo("6.18.15+deb13-cloud-amd64");
    assertThat(decoded.facts().clock()).isEqualTo("boot");
    assertThat(decoded.facts().cpus()).isEqualTo(2);
    assertThat(decoded.facts().stats().lost()).isZero();
    assertThat(decoded.facts().stats().damaged()).isZero();
    assertThat(decoded.events().stream().filter(event -> event.kind() == MmapLockEvents.MMAP_LOCK_RELEASED)).hasSize(139);
    assertThat(decoded.events().stream().map(Event::time).toList()).isSorted();
  }

  @Test
  void shouldNameTasksByTheSwitchesToThem() throws Exception {
    List<Event> events = Traces.decode(Traces.DENSE).events();
    assertThat(events.stream().filter(event -> event.name().equals("page_fault_user")).map(Event::comm)).contains("workload").doesNotContain("");
  }

  @ParameterizedTest
  @ValueSource(ints = {Packets.ZLIB, Packets.ZSTD})
  void shouldReadCompressedPackets(int field) throws Exception {
    for (int several : new int[] {1, 7, 1_000}) {
      assertThat(decode(Traces.compressed(dense(), several, field)).events()).isEqualTo(Traces.decode(Traces.DENSE).events());
    }
  }

  /** No service writes them, so they are not read, and that is said. */
  @Test
  void shouldSayThatCompressedPacketsAreInOthers() throws Exception {
    List<byte[]> packets = dense();
    List<byte[]> inner = Traces.compressed(packets.subList(20, packets.size()), 1_000, Packets.ZLIB);
    List<byte[]> nested = new ArrayList<>(packets.subList(0, 20));
    nested.addAll(Traces.compressed(inner, 1, Packets.ZSTD));
    Decoded decoded = decode(nested);
    assertThat(decoded.facts().stats().problems()).extracting(Object::toString).anyMatch(problem -> problem.contains("a compressed packet in another one"));
    assertThat(markers(decoded)).contains(MarkerEvents.LOST_EVENTS);
  }

  /** As when the buffers are read once, at the end; the first packet stays, because it says that it is. */
  @Test
  void shouldReadTheCpusOneAfterTheOther() throws Exception {
    List<byte[]> whole = dense();
    int first = placeOf(whole, 0, 0);
    List<byte[]> packets = new ArrayList<>(whole.subList(0, first + 1));
    List<byte[]> rest = whole.subList(first + 1, whole.size());
    for (int cpu : new int[] {-1, 1, 0}) {
      for (byte[] packet : rest) {
        if (Traces.cpu(packet) == cpu) {
          packets.add(packet);
        }
      }
    }
    assertThat(decode(packets).events()).isEqualTo(Traces.decode(Traces.DENSE).events());
  }

  @Test
  void shouldMarkWhatTheKernelLost() throws Exception {
    List<byte[]> packets = dense();
    int third = placeOf(packets, 0, 3);
    packets.set(third, Traces.withBundle(packets.get(third), bundle -> joined(bundle, new byte[] {Bundle.LOST << 3, 1})));
    Decoded decoded = decode(packets);
    assertThat(decoded.facts().stats().lost()).isEqualTo(1);
    assertThat(markers(decoded)).containsExactly(MarkerEvents.LOST_EVENTS);
    List<Event> ofCpu = decoded.of(0);
    int marker = ofCpu.stream().map(Event::kind).toList().indexOf(MarkerEvents.LOST_EVENTS);
    Decoded without = decode(dense().subList(0, third));
    assertThat(marker).isEqualTo(without.of(0).size());
  }

  /** Each bundle says when the last event before it was. */
  @Test
  void shouldMarkWhereABundleIsMissing() throws Exception {
    List<byte[]> packets = dense();
    packets.remove(placeOf(packets, 1, 4));
    Decoded decoded = decode(packets);
    assertThat(markers(decoded)).containsExactly(MarkerEvents.LOST_EVENTS);
    assertThat(decoded.of(1).stream().map(Event::kind)).contains(MarkerEvents.LOST_EVENTS);
    assertThat(decoded.facts().stats().lost()).isEqualTo(1);
  }

  /** In a ring buffer the oldest bundles of a CPU may be overwritten, and those of another not. */
  @Test
  void shouldMarkWhereTheFirstBundleIsMissing() throws Exception {
    List<byte[]> packets = dense();
    packets.remove(placeOf(packets, 1, 0));
    Decoded decoded = decode(packets);
    assertThat(markers(decoded)).containsExactly(MarkerEvents.BUFFER_STARTED);
    assertThat(decoded.of(1).getFirst().kind()).isEqualTo(MarkerEvents.BUFFER_STARTED);
  }

  @Test
  void shouldSayThatEventsHaveNoCpu() throws Exception {
    List<byte[]> packets = dense();
    int last = placeOf(packets, 0, 5);
    packets.set(last, Traces.withBundle(packets.get(last), PerfettoEditsTest::ofNoCpu));
    Decoded decoded = decode(packets);
    assertThat(decoded.facts().stats().problems()).extracting(Object::toString).anyMatch(problem -> problem.contains("do not say which CPU's they are"));
    assertThat(markers(decoded)).isNotEmpty();
  }

  /** Its first field becomes one that nobody knows. */
  private static byte[] ofNoCpu(byte[] bundle) {
    assertThat(bundle[0]).isEqualTo((byte) (Bundle.CPU << 3));
    byte[] changed = bundle.clone();
    changed[0] = 15 << 3;
    return changed;
  }

  @Test
  void shouldGoOnBehindBytesThatAreNoPacket() throws Exception {
    byte[] trace = Traces.bytes(Traces.DENSE);
    List<byte[]> packets = Traces.packets(trace);
    byte[] torn = joined(joined(Traces.trace(packets.subList(0, 20)), "no packet".getBytes(StandardCharsets.US_ASCII)), trace);
    Decoded decoded = Traces.decode(Files.write(folder.resolve("torn.pb"), torn));
    assertThat(decoded.facts().stats().bytes()).isEqualTo(torn.length);
    assertThat(decoded.facts().stats().damaged()).isPositive();
    assertThat(markers(decoded)).contains(MarkerEvents.LOST_EVENTS);
  }

  private static List<EventKind> markers(Decoded decoded) {
    return decoded.events().stream().map(Event::kind).filter(MarkerEvents::isMarker).toList();
  }

  /** Where the n-th bundle of a CPU is. */
  private static int placeOf(List<byte[]> packets, int cpu, int n) throws Exception {
    int seen = 0;
    for (int i = 0; i < packets.size(); i++) {
      if (Traces.cpu(packets.get(i)) == cpu && seen++ == n) {
        return i;
      }
    }
    throw new AssertionError("there are only %d bundles of CPU %d".formatted(seen, cpu));
  }

  private static byte[] joined(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
