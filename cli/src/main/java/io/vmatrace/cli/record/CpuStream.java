package io.vmatrace.cli.record;

import io.vmatrace.parser.input.ZstdCompressor;
import io.vmatrace.parser.tracedat.EventCount;
import io.vmatrace.parser.tracedat.PageFrames;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * Moves the pages of one CPU from its ring buffer into a file, compressed. Whole pages go by splice(2), which takes them out of the
 * ring without a copy: read(2) copies event by event, and loses most of them at a million a second.
 */
final class CpuStream implements AutoCloseable {
  /** A frame's pages: so many that they compress well, and so few that readers of hundreds of CPUs hold them all. */
  private static final int FRAME_BYTES = 128 << 10;

  /** What a buffer says that has no page, as one that does not exist yet: its CPU may come online later. */
  private static final Set<Integer> NOTHING_NOW = Set.of(LinuxCalls.EAGAIN, LinuxCalls.EINVAL, LinuxCalls.ENODEV);

  private static final int CLOSED = -1;

  private final LinuxCalls calls;
  private final EventCount counting;
  private final int raw;
  private final int[] pipe;
  private final MemorySegment buffer;
  private final byte[] plain;
  private final byte[] frame;
  private final ZstdCompressor zstd = new ZstdCompressor();
  private final FileChannel out;
  private final PageFrames frames;
  private int filled;
  private long written;
  private long events;

  /**
   * Begins with a CPU.
   *
   * @param from its trace_pipe_raw
   * @param to the file, which is made here
   */
  CpuStream(LinuxCalls calls, int cpu, Path from, Path to, EventCount counting) throws IOException {
    this.calls = calls;
    this.counting = counting;
    int bytes = Math.max(1, FRAME_BYTES / counting.pageBytes()) * counting.pageBytes();
    buffer = calls.allocate(bytes);
    plain = new byte[bytes];
    frame = new byte[ZstdCompressor.bound(bytes)];
    frames = new PageFrames(cpu, to);
    int opened = CLOSED;
    int[] ends = {CLOSED, CLOSED};
    try {
      opened = calls.openToRead(from);
      ends = calls.pipe(bytes);
      out = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException e) {
      close(opened, ends); // who holds it open keeps the instance from being removed
      zstd.close();
      throw e;
    }
    raw = opened;
    pipe = ends;
  }

  private void close(int from, int[] ends) {
    for (int fd : new int[] {from, ends[0], ends[1]}) {
      if (fd != CLOSED) {
        calls.close(fd);
      }
    }
  }

  /** What has been written. */
  PageFrames frames() {
    return frames;
  }

  long writtenBytes() {
    return written;
  }

  /** How many events that are. */
  long writtenEvents() {
    return events;
  }

  /** Moves all pages that the kernel has filled; whether there were any. */
  boolean move() throws IOException {
    boolean any = false;
    while (true) {
      long n = calls.splice(raw, pipe[1], plain.length - filled);
      if (n <= 0) {
        check(n);
        return any;
      }
      any = true;
      take(n);
    }
  }

  private void take(long bytes) throws IOException {
    for (long left = bytes; left > 0; ) {
      long n = calls.read(pipe[0], buffer.asSlice(filled), left);
      if (n <= 0) {
        throw new IOException("a pipe does not give back what went in: errno " + calls.errno());
      }
      filled += (int) n;
      left -= n;
    }
    if (filled == plain.length) {
      flush();
    }
  }

  private void check(long result) throws IOException {
    if (result < 0 && !NOTHING_NOW.contains(calls.errno())) {
      throw new IOException("the ring buffer of CPU %d cannot be read: errno %d".formatted(frames.cpu(), calls.errno()));
    }
  }

  /** Moves and writes the events that are there now, also those of the page that is not full. */
  void moveAll() throws IOException {
    boolean _ = move();
    boolean _ = readPage();
    flush();
  }

  /** Moves the rest, when nothing is recorded any more. */
  void finish() throws IOException {
    while (move() || readPage()) {}
    flush();
  }

  /** A page that is not full has to be read: what a read leaves of it is nothing, for events end where the page says. */
  private boolean readPage() throws IOException {
    long n = calls.read(raw, buffer.asSlice(filled), counting.pageBytes());
    if (n <= 0) {
      check(n);
      return false;
    }
    filled += counting.pageBytes();
    if (filled == plain.length) {
      flush();
    }
    return true;
  }

  /** Writes what has been taken, in one frame. */
  void flush() throws IOException {
    if (filled == 0) {
      return;
    }
    MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, plain, 0, filled);
    int length = zstd.compress(plain, filled, frame);
    ByteBuffer bytes = ByteBuffer.wrap(frame, 0, length);
    try {
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
    } catch (IOException e) {
      out.truncate(written); // no half frame stays behind
      throw e;
    }
    frames.add(length, filled);
    events += counting.of(plain, filled);
    written += length;
    filled = 0;
  }

  @Override
  public void close() throws IOException {
    close(raw, pipe);
    zstd.close();
    out.close();
  }
}
