package io.vmatrace.parser.tracedat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.eclipse.collections.impl.list.mutable.primitive.IntArrayList;

/**
 * The pages of one CPU as zstd frames, of which a file has nothing else: what a recorder has written while the kernel made them. A frame holds
 * whole pages, and says so by its length here. One thread adds frames, and others may read those that are there.
 */
public final class PageFrames {
  private static final int COPIED_BYTES = 1 << 20;

  private final int cpu;
  private final Path file;
  private final IntArrayList compressed = new IntArrayList();
  private final IntArrayList plain = new IntArrayList();

  /** No frames yet, of a CPU. */
  public PageFrames(int cpu, Path file) {
    this.cpu = cpu;
    this.file = file;
  }

  /** Notes the next frame of the file: its bytes there, and those of its pages. */
  public synchronized void add(int compressedBytes, int pageBytes) {
    compressed.add(compressedBytes);
    plain.add(pageBytes);
  }

  /** The CPU's number. */
  public int cpu() {
    return cpu;
  }

  /** How many frames there are. */
  synchronized int count() {
    return compressed.size();
  }

  /** Bytes of a frame in the file. */
  synchronized int compressedBytes(int frame) {
    return compressed.get(frame);
  }

  /** Bytes of the pages of a frame. */
  synchronized int pageBytes(int frame) {
    return plain.get(frame);
  }

  Path file() {
    return file;
  }

  /** Writes each frame with its two lengths before it; how many bytes that are. */
  long copyTo(FileChannel out) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(COPIED_BYTES).order(ByteOrder.nativeOrder());
    long written = 0;
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      for (int i = 0; i < compressed.size(); i++) {
        buffer.clear().putInt(compressed.get(i)).putInt(plain.get(i)).limit(2 * Integer.BYTES + compressed.get(i));
        while (buffer.hasRemaining()) {
          if (in.read(buffer) < 0) {
            throw new IOException("%s ends before its frames do".formatted(file));
          }
        }
        buffer.flip();
        while (buffer.hasRemaining()) {
          written += out.write(buffer);
        }
      }
    }
    return written;
  }
}
