package io.vmatrace.parser.capture;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.vmatrace.parser.input.CaptureLimits;
import io.vmatrace.parser.input.Input;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CaptureFormatTest {
  private static final Path SAMPLES = Path.of("../samples/formats");

  /** What comes after the first lines is not there yet. */
  private static final class Later extends InputStream {
    @Override
    public int read() {
      throw new AssertionError("waits for more of a text than its first lines");
    }

    @Override
    public int read(byte[] buffer, int from, int length) {
      return read();
    }
  }

  private static Input input(InputStream stream) throws Exception {
    return Input.open("-", stream, OutputStream.nullOutputStream(), CaptureLimits.DEFAULT);
  }

  /** An empty line begins as a packet of Perfetto's does, and what follows it is the packet's length. */
  @ParameterizedTest
  @ValueSource(strings = {"# tracer: nop\n", "\n# tracer: nop\n#\n# entries-in-buffer/entries-written: 3/3   #P:2\n#\n", "\n\n\n\n\n# tracer: nop\n", "\r\n# tracer: nop\n"})
  void shouldNotWaitForMoreOfAText(String text) throws Exception {
    InputStream begin = new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    try (Input input = input(new SequenceInputStream(begin, new Later()))) {
      assertThat(CaptureFormat.of(input)).isNull();
    }
  }

  @ParameterizedTest
  @CsvSource({"tracecmd-v6.dat.zst, 0", "tracecmd-v7-zstd.dat, 0", "perf-g.data, 1", "perf-pipe.data, 1", "perfetto-dense.pb.zst, 2", "perfetto-generic.pb.zst, 2"})
  void shouldTellAFormatByItsFirstBytes(String name, int format) throws Exception {
    byte[] bytes = Files.readAllBytes(SAMPLES.resolve(name));
    byte[] whole = name.endsWith(".zst") ? Zstd.decompress(bytes) : bytes;
    try (Input input = input(new ByteArrayInputStream(whole))) {
      assertThat(CaptureFormat.of(input)).isSameAs(CaptureFormat.ALL.get(format));
      assertThat(input.head(whole.length)).isEqualTo(whole);
    }
    int most = CaptureFormat.ALL.get(format).first().most();
    for (int length = 1; length < most; length++) {
      assertThat(CaptureFormat.ALL.get(format).first().mayBegin().test(Arrays.copyOf(whole, length))).as("%d bytes", length).isTrue();
    }
  }
}
