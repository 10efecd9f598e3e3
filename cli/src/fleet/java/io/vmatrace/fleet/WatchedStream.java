package io.vmatrace.fleet;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Remembers whether the store failed to give the bytes, which another try may get: what is wrong with the bytes themselves stays so. */
final class WatchedStream extends FilterInputStream {
  private @Nullable IOException failure;

  WatchedStream(InputStream in) {
    super(in);
  }

  /** Why the store gave no more, or null. */
  @Nullable IOException failure() {
    return failure;
  }

  @Override
  public int read() throws IOException {
    try {
      return super.read();
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  @Override
  public int read(byte[] buffer, int from, int length) throws IOException {
    try {
      return super.read(buffer, from, length);
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }
}
