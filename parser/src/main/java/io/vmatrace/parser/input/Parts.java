package io.vmatrace.parser.input;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.InflaterInputStream;

/** Decompresses parts of a file that do not say how long they are inside. */
public final class Parts {
  private final CaptureLimits limits;
  private long given;
  private long decompressed;

  public Parts(CaptureLimits limits) {
    this.limits = limits;
  }

  /**
   * A zlib stream in [from, to).
   *
   * @param most how many bytes may come out
   * @throws IOException when it is damaged, or more would come out, or the parts decompress to more than any trace would
   *     ({@link CaptureLimits#expansion})
   */
  public byte[] inflate(byte[] b, int from, int to, int most) throws IOException {
    return all(new InflaterInputStream(part(b, from, to)), most);
  }

  /** The same of zstd frames. */
  public byte[] unzstd(byte[] b, int from, int to, int most) throws IOException {
    return all(Compression.ZST.open(part(b, from, to), limits.decoderMemory()), most);
  }

  private InputStream part(byte[] b, int from, int to) throws IOException {
    given += to - from;
    if (decompressed > Input.JUDGED_FROM && decompressed / limits.expansion() > given) {
      throw new IOException("the parts decompress to more than %d times their size".formatted(limits.expansion()));
    }
    return new ByteArrayInputStream(b, from, to - from);
  }

  private byte[] all(InputStream stream, int most) throws IOException {
    try (stream) {
      byte[] all = stream.readNBytes(most + 1);
      decompressed += all.length;
      if (all.length > most) {
        throw new IOException("more than %d bytes come out".formatted(most));
      }
      return all;
    }
  }
}
