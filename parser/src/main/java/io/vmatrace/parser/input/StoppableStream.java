package io.vmatrace.parser.input;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A stream that another thread may end where it is, even while a read waits for more: what came until then is all there is. A regular file may be followed: it ends only so. */
public final class StoppableStream extends AlignedFile {
  private static final int NAP_MILLISECONDS = 50;

  private final FileInputStream file;
  private final boolean followed;
  private volatile boolean stopped;

  private StoppableStream(FileInputStream file, boolean followed) {
    super(file.getChannel());
    this.file = file;
    this.followed = followed;
  }

  /** The process's standard input. */
  public static StoppableStream standardInput() {
    return new StoppableStream(new FileInputStream(FileDescriptor.in), false);
  }

  /** A pipe, a device, or a file of the kernel's that has no size. */
  public static StoppableStream of(Path path) throws IOException {
    return new StoppableStream(new FileInputStream(path.toFile()), false);
  }

  /** The same of a file that grows: who reads at its end waits for more. */
  public static StoppableStream following(Path path) throws IOException {
    return new StoppableStream(new FileInputStream(path.toFile()), Files.isRegularFile(path));
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

  /** How many bytes can be read at once. */
  @Override
  public int available() throws IOException {
    try {
      return buffered() + (stopped ? 0 : file.available());
    } catch (ClosedChannelException _) {
      return buffered();
    }
  }

  /** Whether it ended because somebody said so. */
  boolean isStopped() {
    return stopped;
  }

  @Override
  int read(ByteBuffer into) throws IOException {
    try {
      int n = stopped ? -1 : super.read(into);
      while (n <= 0 && followed && !stopped) {
        Thread.sleep(NAP_MILLISECONDS);
        n = super.read(into);
      }
      return n;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(e.getMessage());
    } catch (ClosedChannelException e) {
      if (stopped) {
        return -1;
      }
      throw e;
    }
  }
}
