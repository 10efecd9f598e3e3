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
class AlignedFile extends InputStream {
  static final int PAGE_BYTES = 4 << 10;
  static final int BUFFER_BYTES = 64 << 10;

  final FileChannel channel;
  private final ByteBuffer buffer = buffer().limit(0);

  AlignedFile(Path file) throws IOException {
    this(FileChannel.open(file, StandardOpenOption.READ));
  }

  AlignedFile(FileChannel channel) {
    this.channel = channel;
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

  /** What is left out is not read. */
  @Override
  public long skip(long bytes) throws IOException {
    int ofBuffer = Math.clamp(bytes, 0, buffer.remaining());
    buffer.position(buffer.position() + ofBuffer);
    long left = Math.clamp(channel.size() - channel.position(), 0, Math.max(0, bytes - ofBuffer));
    channel.position(channel.position() + left);
    return ofBuffer + left;
  }

  /** How many bytes have been read and not given. */
  final int buffered() {
    return buffer.remaining();
  }

  /** Whether there is a byte to give. */
  private boolean fill() throws IOException {
    if (buffer.hasRemaining()) {
      return true;
    }
    buffer.clear().limit(BUFFER_BYTES);
    int n = -1;
    try {
      n = read(buffer);
    } finally {
      buffer.flip();
    }
    return n > 0;
  }

  /** Reads more into the empty buffer; -1 or 0 at the end. */
  int read(ByteBuffer into) throws IOException {
    return channel.read(into);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
