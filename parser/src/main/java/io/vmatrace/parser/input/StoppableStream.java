package io.vmatrace.parser.input;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A stream that another thread may end where it is, even while a read waits for more: what came until then is all there is. */
public final class StoppableStream extends AlignedFile {
  private volatile boolean stopped;

  private StoppableStream(FileChannel channel) {
    super(channel);
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
  int read(ByteBuffer into) throws IOException {
    try {
      return stopped ? -1 : super.read(into);
    } catch (ClosedChannelException e) {
      if (stopped) {
        return -1;
      }
      throw e;
    }
  }
}
