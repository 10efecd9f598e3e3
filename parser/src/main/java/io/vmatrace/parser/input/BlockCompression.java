package io.vmatrace.parser.input;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Decompresses blocks of bytes of known length, as files of trace-cmd contain them. */
public enum BlockCompression {
  /** Blocks that are stored as they are. */
  NONE("none") {
    @Override
    public void decompress(byte[] from, int length, byte[] to, int size) throws IOException {
      if (length != size) {
        throw new IOException("%d bytes in place of %d".formatted(length, size));
      }
      System.arraycopy(from, 0, to, 0, size);
    }
  },
  /** One zlib stream a block (compress2() of zlib). */
  ZLIB("zlib") {
    @Override
    public void decompress(byte[] from, int length, byte[] to, int size) throws IOException {
      Inflater inflater = new Inflater();
      try {
        inflater.setInput(from, 0, length);
        int n = 0;
        for (int step; n < size && (step = inflater.inflate(to, n, size - n)) > 0; n += step) {}
        check(n, size);
      } catch (DataFormatException e) {
        throw new IOException(e.getMessage(), e);
      } finally {
        inflater.end();
      }
    }
  },
  /** One zstd frame a block, which need not say how long its content is. */
  ZSTD("zstd") {
    @Override
    public void decompress(byte[] from, int length, byte[] to, int size) throws IOException {
      try {
        check(Zstd.decompressByteArray(to, 0, size, from, 0, length), size);
      } catch (ZstdException e) {
        throw new IOException(e.getMessage(), e);
      }
    }
  };

  private final String text;

  BlockCompression(String text) {
    this.text = text;
  }

  /** The name by which files call it. */
  public String text() {
    return text;
  }

  /**
   * Decompresses the first {@code length} bytes of an array into exactly the first {@code size} bytes of another.
   *
   * @throws IOException when the block is damaged or does not have that size
   */
  public abstract void decompress(byte[] from, int length, byte[] to, int size) throws IOException;

  private static void check(long n, int size) throws IOException {
    if (n != size) {
      throw new IOException("%d bytes in place of %d".formatted(n, size));
    }
  }
}
