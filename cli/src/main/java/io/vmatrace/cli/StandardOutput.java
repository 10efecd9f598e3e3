package io.vmatrace.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The process's standard output, which remembers why it could not be written: a PrintStream only knows that. */
final class StandardOutput extends OutputStream {
  private final OutputStream out;
  private @Nullable IOException failure;

  StandardOutput() {
    this(new FileOutputStream(FileDescriptor.out));
  }

  StandardOutput(OutputStream out) {
    this.out = out;
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
}
