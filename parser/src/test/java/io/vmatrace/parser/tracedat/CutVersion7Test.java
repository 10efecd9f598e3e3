package io.vmatrace.parser.tracedat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.event.specs.MarkerEvents;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureLimits;
import io.vmatrace.parser.input.QuotedEvent;
import io.vmatrace.parser.tracedat.Events.Event;
import io.vmatrace.parser.tracedat.SlowPages.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A file of version 7 says at its end where its events are. Where it is cut before that, the events that are there are read all the
 * same; {@code -Dvmatrace.truncations=500} cuts at as many places.
 */
@Execution(ExecutionMode.CONCURRENT)
class CutVersion7Test {
  private static final int TRUNCATIONS = Integer.getInteger("vmatrace.truncations", 40);
  private static final int HEAD_BYTES = 16;
  private static final Path FORMATS = Events.FORMATS;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"none", "zstd", "derived none", "derived zlib", "derived zstd"})
  void shouldReadTheEventsBeforeTheCut(String which) throws Exception {
    Path file = file(which);
    Events whole = Events.of(file);
    byte[] bytes = Files.readAllBytes(file);
    int data = sectionEnd(bytes, firstOptions(bytes));
    int end = sectionEnd(bytes, sectionEnd(bytes, data));
    boolean folded = !which.endsWith("none");
    Path cut = Files.write(folder.resolve("cut.dat"), bytes);
    for (int length : places(bytes.length, data).reversed()) {
      truncate(cut, length);
      if (length < data + HEAD_BYTES) {
        assertThatThrownBy(() -> Events.of(cut)).as("cut at %d", length).isInstanceOf(CaptureException.class).hasMessageNotContaining("\n");
        continue;
      }
      Events read = Events.of(cut);
      List<Event> expected = whole.events().stream().filter(event -> end(bytes, event, folded) <= length).toList();
      assertThat(read.events().stream().map(CutVersion7Test::content).toList())
          .as("cut at %d", length)
          .isEqualTo(expected.stream().map(CutVersion7Test::content).toList());
      for (int i = 0; i < expected.size(); i++) {
        assertThat(read.events().get(i).cpu()).as("cut at %d", length).isIn(-1, expected.get(i).cpu());
      }
      assertThat(read.facts().stats().bytes()).as("cut at %d", length).isEqualTo(length);
      boolean ofNamesNothing = length >= end && length < end + HEAD_BYTES;
      assertThat(read.facts().cutShort() != null).as("cut at %d is said", length).isNotEqualTo(ofNamesNothing);
      assertQuoted(cut, read);
    }
  }

  /** Each CPU's place can be found in these files, so where no event is missing, neither is a CPU. */
  @ParameterizedTest
  @ValueSource(strings = {"none", "zstd", "derived zlib"})
  void shouldKnowTheCpusWhereNoEventIsMissing(String which) throws Exception {
    Path file = file(which);
    Events whole = Events.of(file);
    byte[] bytes = Files.readAllBytes(file);
    int end = sectionEnd(bytes, sectionEnd(bytes, firstOptions(bytes)));
    Events read = Events.of(Files.write(folder.resolve("cut.dat"), Arrays.copyOf(bytes, end)));
    assertThat(read.content()).isEqualTo(whole.content());
    assertThat(read.facts().cutShort()).contains("before its last options do");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "zstd"})
  void shouldTakeAllCertaintyWhereCpusAreNotKnown(String which) throws Exception {
    Path file = file(which);
    byte[] bytes = Files.readAllBytes(file);
    int data = sectionEnd(bytes, firstOptions(bytes));
    int length = data + (sectionEnd(bytes, data) - data) / 4;
    Events read = Events.of(Files.write(folder.resolve("cut.dat"), Arrays.copyOf(bytes, length)));
    assertThat(read.all()).extracting(Event::cpu).containsOnly(-1);
    assertThat(read.all().getLast().kind()).isEqualTo(MarkerEvents.BUFFER_STARTED);
    assertThat(read.facts().details().get("unlisted")).contains("is not known");
    assertThat(read.facts().cutShort()).contains("before its events do");
  }

  /** trace-cmd writes the size of a section and the place of the next options when it has written what is in it. */
  @ParameterizedTest
  @ValueSource(strings = {"none", "zstd"})
  void shouldReadWhatWasWrittenWhenTraceCmdWasStopped(String which) throws Exception {
    byte[] bytes = Files.readAllBytes(file(which));
    int data = sectionEnd(bytes, firstOptions(bytes));
    byte[] cut = Arrays.copyOf(bytes, data + (sectionEnd(bytes, data) - data) / 2);
    Events expected = Events.of(Files.write(folder.resolve("cut.dat"), cut));
    ByteBuffer.wrap(cut).putLong(data - 8, 0).putLong(data + 8, 0);
    Events read = Events.of(Files.write(folder.resolve("stopped.dat"), cut));
    assertThat(read.events()).isNotEmpty();
    assertThat(read.content()).isEqualTo(expected.content());
    assertThat(read.facts().cutShort()).isNotNull();
  }

  /** Random places, those around the ends of sections, and all in the list at the end. */
  private static SortedSet<Integer> places(int length, int data) {
    Random random = new Random(length);
    SortedSet<Integer> places = new TreeSet<>();
    for (int i = 0; i < TRUNCATIONS; i++) {
      places.add(data + random.nextInt(length - data));
    }
    for (int i = 0; i < 2 * HEAD_BYTES; i++) {
      places.add(data + i);
    }
    return places;
  }

  private static void assertQuoted(Path file, Events read) throws CaptureException {
    int events = read.all().size();
    if (events == 0) {
      return;
    }
    try (Capture capture = Captures.open(file.toString(), CaptureLimits.DEFAULT, EventNames.BUILT_IN)) {
      int middle = events / 2;
      List<QuotedEvent> quoted = capture.quote(new long[] {middle + 1});
      assertThat(quoted).hasSize(1);
      assertThat(quoted.getFirst().text()).isEqualTo(read.all().get(middle).description().text());
    }
  }

  /** Where the record of an event ends in the file, or the chunk in which it is. */
  private static long end(byte[] bytes, Event event, boolean folded) {
    ByteBuffer b = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int at = (int) event.offset();
    if (folded) {
      return at + 8L + b.getInt(at);
    }
    int words = b.getInt(at) & 0x1f;
    return words > 0 ? at + 4L + 4L * words : at + 8L + (b.getInt(at + 4) - 4 + 3 & ~3);
  }

  /** All but the CPU, which is in the text too. */
  private static List<Object> content(Event event) {
    return List.of(event.kind(), event.task(), event.time(), event.offset(), event.name(), event.fields(), event.description().comm());
  }

  private static void truncate(Path file, int length) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(length);
    }
  }

  private static int firstOptions(byte[] bytes) {
    int at = DatHeader.MAGIC.length + 2 + 2 + Integer.BYTES;
    for (int names = 0; names < 2; at++) {
      names += bytes[at] == 0 ? 1 : 0;
    }
    return (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(at);
  }

  private static int sectionEnd(byte[] bytes, int section) {
    return section + HEAD_BYTES + (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(section + 8);
  }

  private Path file(String which) throws IOException {
    Path real = FORMATS.resolve(which.equals("zstd") ? "tracecmd-v7-zstd.dat" : which.equals("none") ? "tracecmd-v7-none.dat.zst" : "tracecmd-v6.dat.zst");
    Path plain = Derived.plain(real, folder);
    if (!which.startsWith("derived ")) {
      return plain;
    }
    byte[] v7 = new Parts(Files.readAllBytes(plain)).v7(Shape.USUAL, which.substring("derived ".length()), "", 0, 1);
    return Files.write(folder.resolve("derived.dat"), v7);
  }
}
