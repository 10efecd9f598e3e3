package io.vmatrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStream;
import io.vmatrace.checker.check.Check;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.tracedat.PageFrames;
import io.vmatrace.parser.tracedat.RecorderProgress;
import io.vmatrace.parser.tracedat.TracePages;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * {@code record --live}, on what it wrote on a broken kernel: 7.2.13, in whose dup_mmap() the call of __vma_start_write() was overwritten before
 * {@code record --live -- sh -c 'workload fork-faults 1 1; sleep 2; ...'} ran there. The recorder was killed in the end (SIGKILL), which is why its folder is there.
 * Its table of symbols was cut.
 */
class LiveRecordingTest {
  private static final String RECORDED = "/rig/fork-unlocked.pages.tar.zst";
  private static final long PATIENCE_MILLISECONDS = 60_000;

  @TempDir Path temporary;

  /** A frame that the recorder has written, of one CPU; the time of the first event in it, in nanoseconds. */
  private record Frame(int cpu, int compressedBytes, int pageBytes, long time) {}

  /** A recorder that writes one frame after the other; before the second half it waits until a finding is printed. */
  private static final class Replayed implements RecorderProgress {
    private final List<Frame> frames;
    private final List<PageFrames> written;
    private final StringWriter out;
    private int next;
    private String printedInTheMiddle = "";

    Replayed(List<Frame> frames, List<PageFrames> written, StringWriter out) {
      this.frames = frames;
      this.written = written;
      this.out = out;
    }

    @Override
    public long await() throws InterruptedException {
      if (next == frames.size() / 2) {
        long end = System.currentTimeMillis() + PATIENCE_MILLISECONDS;
        while (out.getBuffer().isEmpty() && System.currentTimeMillis() < end) {
          Thread.sleep(10);
        }
        printedInTheMiddle = out.toString();
      }
      Frame frame = frames.get(next++);
      written.get(frame.cpu()).add(frame.compressedBytes(), frame.pageBytes());
      return next == frames.size() ? Long.MAX_VALUE : frames.get(next).time() - 1; // those to come begin no earlier
    }

    @Override
    public List<PageFrames> frames() {
      return written;
    }
  }

  @Test
  void shouldPrintFindingsBeforeTheRecordingEnds() throws Exception {
    Path folder = unpacked();
    List<Frame> frames = new ArrayList<>();
    List<PageFrames> written = new ArrayList<>();
    for (int cpu = 0; cpu < 2; cpu++) {
      Path file = folder.resolve("cpu%d.raw.zst".formatted(cpu));
      frames.addAll(frames(cpu, Files.readAllBytes(file)));
      written.add(new PageFrames(cpu, file));
    }
    frames.sort(Comparator.comparingLong(Frame::time));
    assertThat(frames).hasSizeGreaterThan(10);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandSpec spec = CommandSpec.create();
    CommandLine _ = new CommandLine(spec).setOut(new PrintWriter(out)).setErr(new PrintWriter(err, true));
    Replayed recorder = new Replayed(frames, written, out);
    new EarlyReport(spec, "event", Check.Wanted.all(false)).read(TracePages.growing(folder, recorder, EventNames.BUILT_IN));

    assertThat(recorder.printedInTheMiddle).startsWith("R72 at event ");
    List<String> findings = out.toString().lines().toList();
    assertThat(findings).allMatch(line -> line.matches("R72 at event \\d+: fork copies a VMA of the parent that it has not write-locked: .*"));
    assertThat(recorder.printedInTheMiddle.lines().count()).isLessThan(findings.size());
    Runs.Result checked = Runs.run("check", folder.toString());
    assertThat(checked.out()).startsWith("VIOLATION  %s: %d violations of 1 rule\n".formatted(folder, findings.size()));
    assertThat(err.toString().lines().toList().getLast()).matches("vmatrace: [0-9,]+ events, %d findings".formatted(findings.size()));
  }

  private Path unpacked() throws IOException {
    try (InputStream resource = LiveRecordingTest.class.getResourceAsStream(RECORDED);
        var tar = new TarArchiveInputStream(new ZstdInputStream(resource))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path file = temporary.resolve(entry.getName());
        if (entry.isDirectory()) {
          Files.createDirectories(file);
        } else {
          Files.copy(tar, file);
        }
      }
    }
    return temporary.resolve("fork-unlocked.pages");
  }

  /** Each frame of a file ends where the next one begins. A page begins with its time. */
  private static List<Frame> frames(int cpu, byte[] file) {
    List<Frame> frames = new ArrayList<>();
    for (int at = 0; at < file.length; ) {
      int bytes = Math.toIntExact(Zstd.findFrameCompressedSize(file, at, file.length - at));
      byte[] frame = new byte[bytes];
      System.arraycopy(file, at, frame, 0, bytes);
      byte[] pages = Zstd.decompress(frame, Math.toIntExact(Zstd.getFrameContentSize(frame)));
      frames.add(new Frame(cpu, bytes, pages.length, ByteBuffer.wrap(pages).order(ByteOrder.LITTLE_ENDIAN).getLong()));
      at += bytes;
    }
    return frames;
  }
}
