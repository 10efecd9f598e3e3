package io.vmatrace.parser.input;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A stream that another thread may end where it is, even while a read waits for more: what came until then is all there is. */
public final class StoppableStream extends InputStream {
  private final FileChannel channel;
  private final ByteBuffer buffer = AlignedFile.buffer().limit(0);
  private volatile boolean stopped;

  private StoppableStream(FileChannel channel) {
    this.channel = channel;
  }

  /** The process's standard input. */
  public static StoppableStream standardInput() {
    return new StoppableStream(new FileInputStream(FileDescriptor.in).getChannel());
  }

  /** A pipe, a device, or a file of the kernel's that has no size. */
  public static StoppableStream of(Path path) throws IOException {
    return new StoppableStream(FileChannel.open(path, StandardOpenOption.READ));
  }

  /** Ends the stream. */
  public void stop() {
    stopped = true;
    try {
      channel.close();
    } catch (IOException _) {
      // nothing more is read from it
    }
  }

  /** Whether it ended because somebody said so. */
  boolean isStopped() {
    return stopped;
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
    buffer.clear();
    int n = -1;
    try {
      n = stopped ? -1 : channel.read(buffer);
    } catch (ClosedChannelException e) {
      if (!stopped) {
        throw e;
      }
    } finally {
      buffer.flip();
    }
    return n > 0;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
