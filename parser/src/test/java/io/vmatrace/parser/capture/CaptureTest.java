package io.vmatrace.parser.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStream;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureLimits;
import io.vmatrace.parser.input.QuotedEvent;
import io.vmatrace.parser.stat.ImportStats;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.apache.commons.compress.compressors.CompressorException;
import org.apache.commons.compress.compressors.CompressorStreamFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files and streams of every compression, whole, in members, cut and corrupt; chunks of every size. */
class CaptureTest {
  @TempDir Path folder;
  private byte[] text = new byte[0];
  private List<String> events = List.of();

  @BeforeEach
  void readSample() throws Exception {
    try (InputStream in = new ZstdInputStream(Files.newInputStream(Path.of("../samples/clean-6.18.15-churn-e0-hashed.txt.zst")))) {
      text = in.readAllBytes();
    }
    events = decode(file("plain", text), CaptureLimits.DEFAULT);
  }

  @ParameterizedTest
  @CsvSource({"gz, gz", "xz, xz", "bzip2, bz2", "lz4-framed, lz4", "zstd, zst"})
  void shouldReadEveryCompressionWholeAndInMembers(String method, String name) throws Exception {
    byte[] whole = compress(method, text);
    byte[] members = concat(compress(method, Arrays.copyOf(text, 50_000)), compress(method, Arrays.copyOfRange(text, 50_000, text.length)));
    assertThat(decode(file("whole", whole), CaptureLimits.DEFAULT)).isEqualTo(events);
    assertThat(decode(file("members", members), CaptureLimits.DEFAULT)).isEqualTo(events);
    try (Capture capture = Captures.open(file("whole", whole), CaptureLimits.DEFAULT, EventNames.BUILT_IN)) {
      assertThat(capture.compression()).isEqualTo(name);
    }
  }

  @ParameterizedTest
  @CsvSource({"gz", "xz", "bzip2", "lz4-framed", "zstd"})
  void shouldReportWhatComesBeforeTheCut(String method) throws Exception {
    byte[] members = concat(compress(method, Arrays.copyOf(text, 60_000)), compress(method, Arrays.copyOfRange(text, 60_000, text.length)));
    for (int missing : new int[] {1, 9, 500}) {
      String path = file("cut", Arrays.copyOf(members, members.length - missing));
      try (Capture capture = Captures.open(path, CaptureLimits.DEFAULT, EventNames.BUILT_IN)) {
        List<String> seen = new ArrayList<>();
        capture.decode(into(seen), false, _ -> {});
        assertThat(capture.facts().cutShort()).isNotNull();
        assertThat(seen.size()).isGreaterThan(300);
        assertAccounted(capture.facts().stats());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"gz", "xz", "bzip2", "zstd"})
  void shouldRefuseWhatIsCorrupt(String method) throws Exception {
    byte[] bytes = compress(method, text);
    for (int i = bytes.length / 3; i < bytes.length / 3 + 40; i++) {
      bytes[i] ^= 0x55;
    }
    String path = file("corrupt", bytes);
    assertThatThrownBy(() -> decode(path, CaptureLimits.DEFAULT)).isInstanceOf(CaptureException.class).hasMessageStartingWith(path);
  }

  @Test
  void shouldSkipZstdFramesThatHoldNoText() throws Exception {
    byte[] skippable = {0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 'n', 'o', 't', 'e'};
    assertThat(decode(file("skippable", concat(skippable, Zstd.compress(text))), CaptureLimits.DEFAULT)).isEqualTo(events);
  }

  @Test
  void shouldGiveTheSameForEveryChunkSize() throws Exception {
    String path = file("chunks", text);
    for (int size = 700; size < 40_000; size = size * 5 / 4 + 1) {
      assertThat(decode(path, limits(size, 600))).as("chunks of %d bytes", size).isEqualTo(events);
    }
  }

  @Test
  void shouldSkipALineThatIsTooLongAndKeepTheRest() throws Exception {
    byte[] longLine = new byte[300_000];
    Arrays.fill(longLine, (byte) 'x');
    byte[] between = "\n".getBytes(StandardCharsets.UTF_8);
    String path = file("long", concat(text, concat(concat(longLine, between), text)));
    for (CaptureLimits limits : List.of(CaptureLimits.DEFAULT, limits(70_000, 60_000))) {
      try (Capture capture = Captures.open(path, limits, EventNames.BUILT_IN)) {
        capture.decode(_ -> true, false, _ -> {});
        ImportStats stats = capture.facts().stats();
        assertThat(stats.damaged()).isEqualTo(1);
        assertThat(stats.damagedBytes()).isEqualTo(300_001);
        assertThat(stats.decoded() + stats.ignored()).isEqualTo(2L * events.size());
        assertAccounted(stats);
      }
    }
  }

  @Test
  void shouldStopABomb() throws Exception {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    bomb.write(compress("gz", text));
    byte[] lines = new byte[8 << 20];
    Arrays.fill(lines, (byte) '\n');
    byte[] emptyLines = compress("gz", lines);
    for (int i = 0; i < 40; i++) {
      bomb.write(emptyLines);
    }
    String path = file("bomb", bomb.toByteArray());
    CaptureLimits tight = new CaptureLimits(64 << 10, 1 << 20, 1L << 40, 500, 64 << 10, 2, false);
    assertThatThrownBy(() -> decode(path, tight)).isInstanceOf(CaptureException.class).hasMessageContaining("times its size");
  }

  /** What is not compressed is not read from the beginning. */
  @Test
  void shouldQuoteEachLineByItself() throws Exception {
    List<String> lines = new String(text, StandardCharsets.ISO_8859_1).lines().toList();
    try (Capture capture = Captures.open(file("each", text), limits(5_000, 2_000), EventNames.BUILT_IN)) {
      capture.decode(_ -> true, false, _ -> {});
      for (int at = 13; at <= lines.size(); at += 7) {
        QuotedEvent quote = capture.quote(new long[] {at}).getFirst();
        assertThat(quote.at()).isEqualTo(at);
        assertThat(quote.text()).isEqualTo(lines.get(at - 1).strip());
        assertThat(new String(text, (int) quote.offset(), lines.get(at - 1).length(), StandardCharsets.ISO_8859_1)).isEqualTo(lines.get(at - 1));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldQuoteLinesAgain(boolean compressed) throws Exception {
    List<String> lines = new String(text, StandardCharsets.ISO_8859_1).lines().toList();
    try (Capture capture = Captures.open(file("quoted", compressed ? compress("gz", text) : text), limits(5_000, 2_000), EventNames.BUILT_IN)) {
      capture.decode(_ -> true, false, _ -> {});
      List<QuotedEvent> quotes = capture.quote(new long[] {12, 13, 14, 400, lines.size()});
      assertThat(quotes).extracting(QuotedEvent::at).containsExactly(13L, 14L, 400L, (long) lines.size());
      assertThat(quotes.get(2).text()).isEqualTo(lines.get(399).strip());
      assertThat(text[(int) quotes.get(2).offset() - 1]).isEqualTo((byte) '\n');
      assertThat(new String(text, (int) quotes.get(2).offset(), lines.get(399).length(), StandardCharsets.ISO_8859_1)).isEqualTo(lines.get(399));
    }
  }

  @Test
  void shouldReadStandardInput() throws Exception {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(compress("xz", text)));
    try (Capture capture = Captures.open("-", CaptureLimits.DEFAULT, EventNames.BUILT_IN)) {
      List<String> seen = new ArrayList<>();
      capture.decode(into(seen), false, _ -> {});
      assertThat(seen).isEqualTo(events);
      assertThat(capture.quote(new long[] {13})).hasSize(1);
    } finally {
      System.setIn(before);
    }
  }

  private static Predicate<EventBatch> into(List<String> seen) {
    return batch -> {
      seen.addAll(dump(batch));
      return true;
    };
  }

  private List<String> decode(String path, CaptureLimits limits) throws CaptureException {
    List<String> seen = new ArrayList<>();
    try (Capture capture = Captures.open(path, limits, EventNames.BUILT_IN)) {
      capture.decode(into(seen), false, _ -> {});
      assertAccounted(capture.facts().stats());
      assertThat(capture.facts().stats().bytes()).isEqualTo(text.length);
      assertThat(capture.facts().stats().damaged()).isZero();
    }
    return seen;
  }

  private static void assertAccounted(ImportStats s) {
    assertThat(s.headerBytes() + s.decodedBytes() + s.ignoredBytes() + s.unknownBytes() + s.damagedBytes()).isEqualTo(s.bytes());
  }

  /** Every event with all its values. */
  private static List<String> dump(EventBatch batch) {
    List<String> seen = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      EventKind kind = batch.kind(i);
      StringBuilder event = new StringBuilder();
      event.append(kind).append(' ').append(batch.at(i)).append(' ').append(batch.time(i)).append(' ').append(batch.cpu(i)).append(' ').append(batch.task(i));
      for (Field field : kind.fields()) {
        event.append(' ').append(field).append('=').append(batch.has(i, field) ? Long.toHexString(batch.value(i, field)) : "-");
      }
      seen.add(event.toString());
    }
    return seen;
  }

  private static CaptureLimits limits(int chunk, int line) {
    return new CaptureLimits(line, chunk, 1L << 40, 2_000, 192 << 10, 2, false);
  }

  private static byte[] compress(String method, byte[] bytes) throws IOException, CompressorException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (OutputStream out = new CompressorStreamFactory().createCompressorOutputStream(method, compressed)) {
      out.write(bytes);
    }
    return compressed.toByteArray();
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private String file(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes).toString();
  }
}
