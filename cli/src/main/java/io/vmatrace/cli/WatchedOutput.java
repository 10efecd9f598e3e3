package io.vmatrace.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** An output that remembers why it could not be written: a PrintStream or PrintWriter only knows that. */
final class WatchedOutput extends OutputStream {
  private final OutputStream out;
  private @Nullable IOException failure;

  WatchedOutput(OutputStream out) {
    this.out = out;
  }

  /** The process's standard output. */
  static WatchedOutput standard() {
    return new WatchedOutput(new FileOutputStream(FileDescriptor.out));
  }

  /** Why it cannot be written, for a person; null while it can, and when whoever reads it has had enough. */
  @Nullable String failure() {
    return failure == null || isClosedPipe(failure) ? null : String.valueOf(failure.getMessage());
  }

  /** What the C library says of EPIPE has the word in every language. */
  private static boolean isClosedPipe(IOException e) {
    return String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("pipe");
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    try {
      out.write(bytes, from, length);
    } catch (IOException e) {
      failure = failure == null ? e : failure;
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    try {
      out.close();
    } catch (IOException e) {
      failure = failure == null ? e : failure;
      throw e;
    }
  }
}
