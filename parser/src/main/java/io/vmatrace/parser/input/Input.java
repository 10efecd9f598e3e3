package io.vmatrace.parser.input;

import io.vmatrace.parser.bytes.ByteScan;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The decompressed bytes of a capture, once through. Counts what it gives and stops at the limits; a compressed stream that ends
 * in the middle ends this one normally, with {@link #cutShort} saying so.
 */
public final class Input implements AutoCloseable {
  /** Expansion is only judged once this much has come out: small files of zeros are harmless. */
  static final long JUDGED_FROM = 64L << 20;

  /** What is said of an input without a byte. */
  public static final String EMPTY = "empty: there is nothing to read; was the trace switched on (tracing_on) while it was recorded?";

  private static final int BUFFER_BYTES = 64 << 10;

  /** The size of {@link AlignedFile}'s buffer, so that nothing is copied into the buffer here. */
  private static final int PLAIN_STEP = BUFFER_BYTES;

  /** A decompressor that fails in the middle of a read keeps what it had, so it is asked for little at a time. */
  private static final int COMPRESSED_STEP = 1 << 10;

  private final String path;
  private final CaptureLimits limits;
  private @Nullable StoppableStream stoppable;
  private final Counted compressed;
  private final InputStream in;
  private final @Nullable Compression compression;
  private final int step;
  private long bytes;
  private byte[] ahead = {};
  private @Nullable String cutShort;

  private Input(String path, CaptureLimits limits, Counted compressed, InputStream in, @Nullable Compression compression) {
    this.path = path;
    this.limits = limits;
    this.compressed = compressed;
    this.in = in;
    this.compression = compression;
    step = compression == null ? PLAIN_STEP : COMPRESSED_STEP;
  }

  /** Opens a file. */
  public static Input open(String path, Path file, CaptureLimits limits) throws IOException, CaptureException {
    return open(path, new AlignedFile(file), limits);
  }

  /** Opens a stream, copying what is read from it to {@code copy}. */
  public static Input open(String path, InputStream stream, OutputStream copy, CaptureLimits limits) throws IOException, CaptureException {
    Input input = open(path, new Copying(stream, copy), limits);
    input.stoppable = stream instanceof StoppableStream own ? own : null;
    return input;
  }

  private static Input open(String path, InputStream stream, CaptureLimits limits) throws IOException, CaptureException {
    Counted counted = new Counted(stream);
    BufferedInputStream buffered = new BufferedInputStream(counted, BUFFER_BYTES);
    buffered.mark(Compression.MAGIC_BYTES);
    byte[] head = new byte[Compression.MAGIC_BYTES];
    int length = buffered.readNBytes(head, 0, head.length);
    buffered.reset();
    if (length == 0) {
      throw new CaptureException(path, EMPTY);
    }
    Compression compression = Compression.sniff(head, length).orElse(null);
    try {
      InputStream in = compression == null ? buffered : compression.open(buffered, limits.decoderMemory());
      return new Input(path, limits, counted, in, compression);
    } catch (IOException e) {
      throw new CaptureException(path, "looks like %s but cannot be decompressed: %s".formatted(compression, reason(e)), e);
    }
  }

  /** Whether a file with these first bytes is compressed. */
  public static boolean isCompressed(byte[] head, int length) {
    return Compression.sniff(head, length).isPresent();
  }

  /** Says that the bytes are only the first part of the file, and what happened to the rest. */
  public void isOnlyPart(String what) {
    cutShort = what;
  }

  /** What to throw when the bytes are not what they should be. */
  public CaptureException refusal(String why) {
    return new CaptureException(path, why);
  }

  /** Whether somebody ended the stream where it was: its last line may be a part of one. */
  public boolean isStopped() {
    return stoppable != null && stoppable.isStopped();
  }

  public @Nullable Compression compression() {
    return compression;
  }

  /** What is missing at the end, or null. */
  public @Nullable String cutShort() {
    return cutShort;
  }

  /** How many bytes of the file itself have been read. */
  public long compressedBytes() {
    return compressed.count;
  }

  /** The first bytes, at most {@code length}, which are read again afterwards. Call it before anything is read; as often as needed. */
  public byte[] head(int length) throws CaptureException {
    byte[] first = new byte[length];
    int n = read(first, 0, length);
    bytes -= n;
    byte[] again = Arrays.copyOf(first, n + ahead.length);
    System.arraycopy(ahead, 0, again, n, ahead.length);
    ahead = again;
    return Arrays.copyOf(first, n);
  }

  /** Reads into [from, to) as much as there is; 0 at the end. */
  public int read(byte[] buffer, int from, int to) throws CaptureException {
    int at = from;
    if (ahead.length > 0) {
      int n = Math.min(ahead.length, to - from);
      System.arraycopy(ahead, 0, buffer, from, n);
      ahead = Arrays.copyOfRange(ahead, n, ahead.length);
      at += n;
    }
    try {
      while (at < to) {
        int n = in.read(buffer, at, Math.min(to - at, step));
        if (n < 0) {
          break;
        }
        at += n;
      }
    } catch (IOException e) {
      ended(e);
    }
    bytes += at - from;
    judge();
    return at - from;
  }

  /** Leaves bytes out, of a file that is not compressed without reading them; less than were asked for only where it ends before. */
  public void skip(long skipped) throws CaptureException {
    long left = skipped - Math.min(ahead.length, skipped);
    ahead = Arrays.copyOfRange(ahead, (int) (skipped - left), ahead.length);
    try {
      in.skipNBytes(left);
    } catch (IOException e) {
      ended(e);
    }
    bytes += skipped;
  }

  /**
   * Reads, and does not wait for more where a followed stream has given whole lines and has nothing more at once.
   *
   * @param lines so many at least
   */
  public int readLines(byte[] buffer, int from, int to, int lines) throws CaptureException {
    if (!isFollowed()) {
      return read(buffer, from, to);
    }
    int at = from;
    while (at < to) {
      int n = read(buffer, at, Math.min(to, at + 1));
      if (n == 0) {
        break;
      }
      at += n;
      at += read(buffer, at, Math.min(to, at + available()));
      if (available() == 0 && hasLines(buffer, from, at, lines)) {
        break;
      }
    }
    return at - from;
  }

  private static boolean hasLines(byte[] buffer, int from, int to, int lines) {
    int end = to;
    for (int left = lines; left > 0; left--) {
      end = ByteScan.afterLastNewline(buffer, from, end) - 1;
      if (end < from) {
        return false;
      }
    }
    return true;
  }

  private int available() throws CaptureException {
    try {
      return ahead.length + in.available();
    } catch (IOException e) {
      ended(e);
      return 0;
    }
  }

  /** Whether it is read as it is made. */
  public boolean isFollowed() {
    return limits.isFollowed() && compression == null;
  }

  private void ended(IOException e) throws CaptureException {
    String where = "%s data at byte %d of the file".formatted(compression == null ? "the" : compression.text(), compressed.count);
    if (isStopped()) {
      return;
    }
    if (isTruncation(e)) {
      cutShort = where + " ends in the middle: the file is cut short";
    } else {
      throw new CaptureException(path, "%s cannot be read: %s; copy the file again or record anew".formatted(where, reason(e)), e);
    }
  }

  /** What the libraries say when a stream ends too early. */
  private static boolean isTruncation(IOException e) {
    String message = String.valueOf(e.getMessage());
    return e instanceof EOFException
        || message.contains("Truncated")
        || message.contains("Unexpected end")
        || message.contains("Premature end")
        || message.contains("unexpected end")
        || message.contains("Src size is incorrect");
  }

  private void judge() throws CaptureException {
    if (compression == null) {
      return;
    }
    boolean bomb = bytes > JUDGED_FROM && bytes / limits.expansion() > compressed.count;
    if (bomb || bytes > limits.decompressedBytes()) {
      throw new CaptureException(
          path,
          "decompresses to more than %d times its size at byte %d: not a trace; decompress it yourself if you trust it"
              .formatted(limits.expansion(), compressed.count));
    }
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage().lines().findFirst().orElse("");
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException _) {
      // nothing was written, and all that was wanted has been read
    }
  }

  /** Counts what is taken from the file. */
  private static final class Counted extends FilterInputStream {
    private long count;

    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      count += b < 0 ? 0 : 1;
      return b;
    }

    @Override
    public int read(byte[] buffer, int from, int length) throws IOException {
      int n = super.read(buffer, from, length);
      count += Math.max(n, 0);
      return n;
    }

    @Override
    public long skip(long bytes) throws IOException {
      long n = super.skip(bytes);
      count += n;
      return n;
    }
  }

  /** Keeps a copy of what passes, so that standard input can be read a second time. */
  private static final class Copying extends FilterInputStream {
    private final OutputStream copy;

    Copying(InputStream in, OutputStream copy) {
      super(in);
      this.copy = copy;
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      if (b >= 0) {
        copy.write(b);
      }
      return b;
    }

    @Override
    public int read(byte[] buffer, int from, int length) throws IOException {
      int n = super.read(buffer, from, length);
      if (n > 0) {
        copy.write(buffer, from, n);
      }
      return n;
    }

    @Override
    public void close() throws IOException {
      super.close();
      copy.close();
    }
  }
}
