package io.vmatrace.parser.input;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file read from its begin to its end through one buffer that begins where a page of memory does. FileInputStream has a buffer
 * wherever malloc() puts it, mostly 16 bytes after the begin of a page; the kernel's copy from the page cache ({@code rep movsb}) to
 * such a place takes four to eight times as long on processors of AMD.
 */
final class AlignedFile extends InputStream {
  static final int PAGE_BYTES = 4 << 10;
  static final int BUFFER_BYTES = 64 << 10;

  private final FileChannel channel;
  private final ByteBuffer buffer = buffer().limit(0);

  AlignedFile(Path file) throws IOException {
    channel = FileChannel.open(file, StandardOpenOption.READ);
  }

  /** A buffer of {@value #BUFFER_BYTES} bytes that begins where a page does. */
  static ByteBuffer buffer() {
    return ByteBuffer.allocateDirect(BUFFER_BYTES + PAGE_BYTES).alignedSlice(PAGE_BYTES).limit(BUFFER_BYTES);
  }

  @Override
  public int read() throws IOException {
    return fill() ? buffer.get() & 0xff : -1;
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int n = Math.min(length, buffer.remaining());
    buffer.get(bytes, from, n);
    return n;
  }

  /** Whether there is a byte to give. */
  private boolean fill() throws IOException {
    if (buffer.hasRemaining()) {
      return true;
    }
    buffer.clear().limit(BUFFER_BYTES);
    int n = channel.read(buffer);
    buffer.flip();
    return n > 0;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
