package io.vmatrace.parser.input;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;

/** One zstd stream in pieces, as in the compressed records of a perf.data: give a piece, then read what it decompresses to. */
public final class ZstdPieces implements AutoCloseable {
  /** The piece in hand; it ends where the piece does, and continues with the next. */
  private static final class Piece extends InputStream {
    private byte[] bytes = {};
    private int at;
    private int end;

    @Override
    public int read() {
      return at < end ? bytes[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] buffer, int from, int length) {
      int n = Math.min(length, end - at);
      if (n <= 0) {
        return length == 0 ? 0 : -1;
      }
      System.arraycopy(bytes, at, buffer, from, n);
      at += n;
      return n;
    }

    @Override
    public int available() {
      return end - at;
    }
  }

  private final Piece piece = new Piece();
  private final ZstdInputStreamNoFinalizer stream;
  private final CaptureLimits limits;
  private long given;
  private long decompressed;

  public ZstdPieces(CaptureLimits limits) throws IOException {
    this.limits = limits;
    stream = new ZstdInputStreamNoFinalizer(piece).setContinuous(true).setLongMax(31 - Integer.numberOfLeadingZeros(limits.decoderMemory() << 10));
  }

  /** Gives the next piece, which must stay as it is until {@link #read} has given all of it. */
  public void give(byte[] bytes, int from, int to) {
    piece.bytes = bytes;
    piece.at = from;
    piece.end = to;
    given += to - from;
  }

  /**
   * Reads into [from, to) what the pieces so far decompress to; 0 when the next piece is needed.
   *
   * @throws IOException when they are not zstd, or decompress to more than any trace would ({@link CaptureLimits#expansion})
   */
  public int read(byte[] buffer, int from, int to) throws IOException {
    int n = from == to ? 0 : Math.max(0, stream.read(buffer, from, to - from));
    decompressed += n;
    if (decompressed > Input.JUDGED_FROM && decompressed / limits.expansion() > given || decompressed > limits.decompressedBytes()) {
      throw new IOException("they decompress to more than %d times their size".formatted(limits.expansion()));
    }
    return n;
  }

  @Override
  public void close() {
    try {
      stream.close();
    } catch (IOException _) {
      // nothing was written
    }
  }
}
