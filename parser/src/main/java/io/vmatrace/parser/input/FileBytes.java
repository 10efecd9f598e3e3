package io.vmatrace.parser.input;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The decompressed bytes of a binary capture, at any place: those of the file itself, or of a decompressed copy that is deleted when
 * this is closed. Several threads may read.
 */
public final class FileBytes implements AutoCloseable {
  private static final int STEP = 1 << 20;
  private static final ThreadLocal<ByteBuffer> BUFFER = ThreadLocal.withInitial(AlignedFile::buffer);

  private final String path;
  private final FileChannel channel;
  private final @Nullable Path copy;
  private final @Nullable String cutShort;
  private final long size;

  private FileBytes(String path, Path file, @Nullable Path copy, @Nullable String cutShort) throws IOException {
    this.path = path;
    this.copy = copy;
    this.cutShort = cutShort;
    channel = FileChannel.open(file, StandardOpenOption.READ);
    size = channel.size();
  }

  /**
   * The bytes of an input from which nothing has been read.
   *
   * @param file where they are as they stand; null when they have to be decompressed or come from a stream
   */
  public static FileBytes of(String path, @Nullable Path file, Input input) throws IOException, CaptureException {
    return file != null && input.compression() == null ? new FileBytes(path, file, null, input.cutShort()) : decompress(path, input);
  }

  /** The bytes of a file as they stand. */
  public static FileBytes of(String path, Path file) throws IOException {
    return new FileBytes(path, file, null, null);
  }

  private static FileBytes decompress(String path, Input input) throws IOException, CaptureException {
    Path copy = TemporaryFile.create(".decompressed");
    try (OutputStream out = Files.newOutputStream(copy)) {
      byte[] buffer = new byte[STEP];
      for (int n; (n = input.read(buffer, 0, buffer.length)) > 0; ) {
        out.write(buffer, 0, n);
      }
    } catch (IOException | CaptureException e) {
      Files.deleteIfExists(copy);
      throw e;
    }
    return new FileBytes(path, copy, copy, input.cutShort());
  }

  /** As the user named the capture. */
  public String path() {
    return path;
  }

  public long size() {
    return size;
  }

  /** What is missing at the end of a compressed file, or null. */
  public @Nullable String cutShort() {
    return cutShort;
  }

  /**
   * Reads at a place into [from, to), as much as there is; how many bytes that was.
   *
   * @throws CaptureException when the file cannot be read
   */
  public int read(long at, byte[] buffer, int from, int to) throws CaptureException {
    int filled = from;
    try {
      while (filled < to) {
        int n = page(at + filled - from, buffer, filled, to);
        if (n == 0) {
          break;
        }
        filled += n;
      }
    } catch (IOException e) {
      throw new CaptureException(path, "cannot be read at byte %d: %s".formatted(at, e.getMessage()), e);
    }
    return filled - from;
  }

  /** Reads through a buffer that begins with a page of memory, from where a page of the file begins: see {@link AlignedFile}. */
  private int page(long at, byte[] bytes, int from, int to) throws IOException {
    ByteBuffer buffer = BUFFER.get();
    int skipped = (int) (at & AlignedFile.PAGE_BYTES - 1);
    buffer.clear().limit(Math.min(AlignedFile.BUFFER_BYTES, skipped + to - from));
    int n = channel.read(buffer, at - skipped);
    buffer.flip();
    if (n <= skipped) {
      return 0;
    }
    buffer.position(skipped).get(bytes, from, n - skipped);
    return n - skipped;
  }

  @Override
  public void close() {
    try {
      channel.close();
      if (copy != null) {
        Files.deleteIfExists(copy);
      }
    } catch (IOException _) {
      // all that was wanted has been read; the system clears its temporary files
    }
  }
}
