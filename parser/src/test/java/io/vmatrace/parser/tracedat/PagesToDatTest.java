package io.vmatrace.parser.tracedat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vmatrace.parser.input.BlockCompression;
import io.vmatrace.parser.input.ZstdCompressor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trace.dat that is made of a folder of pages, compared with the folder and by trace-cmd. */
class PagesToDatTest {
  private static final Path RAW = Events.FORMATS.resolve("raw");
  private static final int PAGE_BYTES = 4096;
  private static final int FRAME_PAGES = 3;

  @TempDir Path folder;
  private Path dat;

  @BeforeEach
  void writeIt() throws IOException {
    Path pages = Files.createDirectory(folder.resolve("pages"));
    TracePagesTest.copy(RAW.resolve("events"), pages.resolve("events"));
    Files.writeString(pages.resolve("trace_clock"), "local [mono] boot\n");
    Files.writeString(pages.resolve("uname"), "Linux (none) 6.18.15 x86_64\n");
    Files.writeString(pages.resolve("saved_cmdlines"), "1 a name of the init task\n");
    Files.createDirectory(pages.resolve("stats"));
    Files.writeString(pages.resolve("stats/cpu1"), "CPU: 1\noverrun: 7\ndropped events: 0\n");
    List<PageFrames> cpus = new ArrayList<>();
    for (int cpu : new int[] {1, 0}) {
      cpus.add(frames(cpu, pages.resolve("cpu%d.raw.zst".formatted(cpu))));
    }
    dat = folder.resolve("made.dat");
    PagesToDat.write(pages, cpus, 2, "vmatrace 1", dat);
  }

  private static PageFrames frames(int cpu, Path to) throws IOException {
    byte[] pages = Files.readAllBytes(RAW.resolve("raw-cpu%d.bin".formatted(cpu)));
    PageFrames frames = new PageFrames(cpu, to);
    try (ZstdCompressor zstd = new ZstdCompressor();
        FileChannel out = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int at = 0; at < pages.length; at += FRAME_PAGES * PAGE_BYTES) {
        byte[] of = Arrays.copyOfRange(pages, at, Math.min(pages.length, at + FRAME_PAGES * PAGE_BYTES));
        byte[] frame = new byte[ZstdCompressor.bound(of.length)];
        int length = zstd.compress(of, of.length, frame);
        out.write(ByteBuffer.wrap(frame, 0, length));
        frames.add(length, of.length);
      }
    }
    return frames;
  }

  @Test
  void shouldHaveTheEventsOfThePages() throws Exception {
    Events made = Events.of(dat);
    assertThat(made.events().stream().map(event -> List.of(event.kind(), event.cpu(), event.task(), event.time(), event.fields())))
        .isNotEmpty()
        .isEqualTo(Events.of(RAW).events().stream().map(event -> List.of(event.kind(), event.cpu(), event.task(), event.time(), event.fields())).toList());
    assertThat(made.facts().kernelRelease()).isEqualTo("6.18.15");
    assertThat(made.facts().clock()).isEqualTo("mono");
    assertThat(made.facts().cutShort()).isNull();
    assertThat(made.facts().details()).containsEntry("recorder", "vmatrace 1");
    assertThat(made.facts().stats().lost()).isEqualTo(7);
    assertThat(made.facts().stats().bytes()).isEqualTo(Files.size(dat));
  }

  @Test
  void shouldBeAsThePagesAre() throws Exception {
    Events compressed = Events.of(folder.resolve("pages"));
    assertThat(compressed.events().stream().map(event -> List.of(event.kind(), event.cpu(), event.task(), event.time())))
        .isEqualTo(Events.of(RAW).events().stream().map(event -> List.of(event.kind(), event.cpu(), event.task(), event.time())).toList());
    assertThat(compressed.facts().kernelRelease()).isEqualTo("6.18.15");
    assertThat(compressed.facts().stats().lost()).isEqualTo(7);
  }

  @Test
  void shouldBeReadByTraceCmd() throws Exception {
    List<String> report = traceCmd("report", "-i", dat.toString());
    assertThat(report).hasSize(Events.of(dat).events().size() + 1).first().isEqualTo("cpus=2");
    List<String> dump = traceCmd("dump", "--all", "-i", dat.toString());
    assertThat(dump).anyMatch(line -> line.contains("vmatrace 1")).noneMatch(line -> line.strip().matches("(?i)(error|unknown|cannot|.*: no such).*"));
  }

  private static List<String> traceCmd(String... arguments) throws IOException, InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder(Stream.concat(Stream.of("trace-cmd"), Stream.of(arguments)).toList()).redirectErrorStream(true).start();
    } catch (IOException _) {
      assumeTrue(false, "trace-cmd is not installed");
      throw new IllegalStateException();
    }
    List<String> lines = process.inputReader().readAllLines();
    assertThat(process.waitFor()).as("%s", lines).isZero();
    return lines;
  }

  @Test
  void shouldHaveTheBytesOfThePages() throws Exception {
    ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(dat)).order(ByteOrder.LITTLE_ENDIAN);
    for (int cpu = 0; cpu < 2; cpu++) {
      byte[] pages = Files.readAllBytes(RAW.resolve("raw-cpu%d.bin".formatted(cpu)));
      assertThat(area(file, cpu)).isEqualTo(pages);
    }
  }

  /** The other writer, which joins the same pages to a head of this machine, has them byte by byte as well. */
  @Test
  void shouldHaveTheBytesThatTraceCmdRestores() throws Exception {
    assumeTrue(Files.isReadable(Path.of("/sys/kernel/tracing/events/header_page")), "trace-cmd restore needs root and tracefs");
    Path head = folder.resolve("head.dat");
    Path joined = folder.resolve("joined.dat");
    traceCmd("restore", "-c", "-o", head.toString());
    traceCmd("restore", "-i", head.toString(), "-o", joined.toString(), RAW.resolve("raw-cpu0.bin").toString(), RAW.resolve("raw-cpu1.bin").toString());
    String theirs = Files.readString(joined, StandardCharsets.ISO_8859_1); // a letter is a byte
    ByteBuffer ours = ByteBuffer.wrap(Files.readAllBytes(dat)).order(ByteOrder.LITTLE_ENDIAN);
    for (int cpu = 0; cpu < 2; cpu++) {
      assertThat(theirs.contains(new String(area(ours, cpu), StandardCharsets.ISO_8859_1))).as("CPU %d", cpu).isTrue();
    }
  }

  /** What the frames of the option BUFFER's entry decompress to. */
  private static byte[] area(ByteBuffer file, int cpu) throws IOException {
    int second = (int) lastOptions(file);
    int at = second + 16 + 6 + 8 + 1 + "mono".length() + 1 + 4 + 4 + cpu * 20;
    assertThat(file.getInt(at)).isEqualTo(cpu);
    int place = (int) file.getLong(at + 4);
    assertThat(place % PAGE_BYTES).isZero();
    ByteArrayOutputStream pages = new ByteArrayOutputStream();
    int next = place + 4;
    for (int chunks = file.getInt(place); chunks > 0; chunks--) {
      byte[] plain = new byte[file.getInt(next + 4)];
      byte[] frame = new byte[file.getInt(next)];
      file.get(next + 8, frame);
      BlockCompression.ZSTD.decompress(frame, frame.length, plain, plain.length);
      pages.writeBytes(plain);
      next += 8 + frame.length;
    }
    assertThat(file.getLong(at + 12)).isEqualTo(next - place - 4);
    return pages.toByteArray();
  }

  private static long lastOptions(ByteBuffer file) {
    int first = (int) file.getLong(10 + 2 + 2 + 4 + "zstd".length() + 1 + 2);
    int size = (int) file.getLong(first + 8);
    return file.getLong(first + 16 + size - 8);
  }
}
