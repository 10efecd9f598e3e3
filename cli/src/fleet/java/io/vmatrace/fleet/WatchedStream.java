package io.vmatrace.fleet;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Remembers whether the store failed to give the bytes, which another try may get: what is wrong with the bytes themselves stays so. Gives
 * them in pieces of one length, as a file of this machine is read, so that how far a damaged object was read is not up to the network.
 */
final class WatchedStream extends FilterInputStream {
  private static final int PIECE = 64 << 10;

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
      int n = in.readNBytes(buffer, from, Math.min(length, PIECE));
      return n == 0 && length > 0 ? -1 : n;
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  /** None without waiting, so that nobody asks for a part of a piece more. */
  @Override
  public int available() {
    return 0;
  }
}
