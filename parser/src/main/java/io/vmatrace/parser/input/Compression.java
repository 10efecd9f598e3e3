package io.vmatrace.parser.input;

import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.InflaterInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** The compressions and wrappings that are read, told apart by their first bytes. */
public enum Compression {
  GZ("gz", 0x1f, 0x8b) {
    @Override
    public InputStream open(InputStream in, int memoryKib) throws IOException {
      return GzipCompressorInputStream.builder().setInputStream(in).setDecompressConcatenated(true).get();
    }
  },
  XZ("xz", 0xfd, '7', 'z', 'X', 'Z', 0) {
    @Override
    public InputStream open(InputStream in, int memoryKib) throws IOException {
      return XZCompressorInputStream.builder().setInputStream(in).setDecompressConcatenated(true).setMemoryLimitKiB(memoryKib).get();
    }
  },
  ZST("zst", 0x28, 0xb5, 0x2f, 0xfd) {
    @Override
    public InputStream open(InputStream in, int memoryKib) throws IOException {
      return new ZstdInputStream(in).setLongMax(31 - Integer.numberOfLeadingZeros(memoryKib << 10));
    }
  },
  BZ2("bz2", 'B', 'Z', 'h') {
    @Override
    public InputStream open(InputStream in, int memoryKib) throws IOException {
      return new BZip2CompressorInputStream(in, true);
    }
  },
  LZ4("lz4", 0x04, 0x22, 0x4d, 0x18) {
    @Override
    public InputStream open(InputStream in, int memoryKib) throws IOException {
      return new FramedLZ4CompressorInputStream(in, true);
    }
  },
  /** {@code atrace -z}: a line {@code TRACE:} and a zlib stream right after it (Android's cmds/atrace/atrace.cpp). */
  ATRACE("atrace", 'T', 'R', 'A', 'C', 'E', ':', '\n', 0x78) {
    @Override
    public InputStream open(InputStream in, int memoryKib) throws IOException {
      in.skipNBytes(MAGIC_BYTES - 1);
      return new InflaterInputStream(in);
    }
  },
  /** An HTML page of systrace, of which only the trace is taken. */
  HTML("html", '<', '!') {
    @Override
    public InputStream open(InputStream in, int memoryKib) {
      return new TraceDataStream(in);
    }
  },
  /** The same without a document type. */
  HTML_ONLY("html", '<', 'h', 't', 'm', 'l') {
    @Override
    public InputStream open(InputStream in, int memoryKib) {
      return new TraceDataStream(in);
    }
  };

  /** As many first bytes as {@link #sniff} wants to see. */
  static final int MAGIC_BYTES = 8;

  private final String text;
  private final byte[] magic;

  Compression(String text, int... magic) {
    this.text = text;
    this.magic = new byte[magic.length];
    for (int i = 0; i < magic.length; i++) {
      this.magic[i] = (byte) magic[i];
    }
  }

  /** The name used in reports. */
  public String text() {
    return text;
  }

  /** A stream of what is inside, over all members or frames in a row. */
  public abstract InputStream open(InputStream in, int memoryKib) throws IOException;

  /** The compression that a stream with these first bytes has, if it has one. A zstd stream may begin with a skippable frame. */
  public static Optional<Compression> sniff(byte[] head, int length) {
    boolean skippable =
        length >= 4 && (head[0] & 0xf0) == 0x50 && head[1] == 0x2a && head[2] == 0x4d && head[3] == 0x18;
    return skippable
        ? Optional.of(ZST)
        : Arrays.stream(values()).filter(c -> c.begins(head, length)).findFirst();
  }

  private boolean begins(byte[] head, int length) {
    return length >= magic.length && Arrays.equals(head, 0, magic.length, magic, 0, magic.length);
  }
}
