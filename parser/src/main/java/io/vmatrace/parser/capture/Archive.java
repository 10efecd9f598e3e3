package io.vmatrace.parser.capture;

import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureLimits;
import io.vmatrace.parser.input.Input;
import io.vmatrace.parser.input.TemporaryFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.ArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The members of an archive, each unpacked to a temporary copy when its turn comes. The names inside are shown, and never used as
 * paths.
 */
final class Archive implements AutoCloseable {
  /** Members that are looked at; nobody sends so many captures. */
  private static final int MOST_MEMBERS = 10_000;

  /** As {@link Input} judges a compressed file: only once this much has come out. */
  private static final long JUDGED_FROM = 64L << 20;

  private static final int STEP = 1 << 16;

  /** Blocks of zeros end a tar archive (POSIX.1-1988 10.1.1); some writers leave the second one out. */
  private static final int TAR_BLOCK = 512;

  /** The record at the end of a zip archive, and how far its comment may push it forward (APPNOTE.TXT 4.3.16). */
  private static final byte[] END_OF_ZIP = {'P', 'K', 5, 6};

  private static final int END_OF_ZIP_WITHIN = 22 + 0xffff;

  private final String path;
  private final Path file;
  private final CaptureLimits limits;
  private final ArchiveKind kind;
  private final Input input;
  private final Bytes bytes;
  private final ArchiveInputStream<?> members;
  private int count;
  private long unpacked;
  private @Nullable String broken;

  Archive(String path, Path file, CaptureLimits limits, ArchiveKind kind, Input input) {
    this.path = path;
    this.file = file;
    this.limits = limits;
    this.kind = kind;
    this.input = input;
    bytes = new Bytes(input);
    members = kind.open(bytes);
  }

  /** The next regular member, or null after the last. */
  @Nullable CaptureSource next() throws CaptureException {
    while (broken == null) {
      ArchiveEntry entry = entry();
      if (entry == null) {
        break;
      }
      if (++count > MOST_MEMBERS) {
        throw new CaptureException(path, "the archive has more than %d members: unpack it and name the captures".formatted(MOST_MEMBERS));
      }
      if (kind.isRegular(entry)) {
        return member(entry);
      }
    }
    if (broken == null) {
      broken = missingEnd();
    }
    if (broken != null) {
      throw new CaptureException(path, broken);
    }
    return null;
  }

  private @Nullable ArchiveEntry entry() throws CaptureException {
    try {
      return members.getNextEntry();
    } catch (IOException | RuntimeException e) {
      broken = damage(e);
      return null;
    }
  }

  private CaptureSource member(ArchiveEntry entry) throws CaptureException {
    String name = path + "!" + printable(entry.getName());
    if (!members.canReadEntryData(entry)) {
      return CaptureSource.unreadable(name, "is encrypted or packed in a way that this program does not know: unpack the archive");
    }
    try {
      Path copy = TemporaryFile.create(".member");
      try {
        unpack(copy);
      } catch (CaptureException | IOException | RuntimeException e) {
        Files.deleteIfExists(copy);
        throw e;
      }
      return CaptureSource.member(name, copy, broken);
    } catch (IOException e) {
      throw new CaptureException(name, "cannot be unpacked: " + e.getMessage(), e);
    }
  }

  /** Copies the member's bytes; where they end too early, what is there counts. */
  private void unpack(Path copy) throws IOException, CaptureException {
    byte[] buffer = new byte[STEP];
    try (OutputStream out = Files.newOutputStream(copy)) {
      for (int n = read(buffer); n >= 0; n = read(buffer)) {
        out.write(buffer, 0, n);
        unpacked += n;
        judge();
      }
    }
  }

  private int read(byte[] buffer) throws CaptureException {
    try {
      return members.read(buffer, 0, buffer.length);
    } catch (IOException | RuntimeException e) {
      broken = damage(e);
      return -1;
    }
  }

  private void judge() throws CaptureException {
    boolean bomb = unpacked > JUDGED_FROM && unpacked / limits.expansion() > input.compressedBytes();
    if (bomb || unpacked > limits.decompressedBytes()) {
      throw new CaptureException(
          path, "unpacks to more than %d times its size: not traces; unpack it yourself if you trust it".formatted(limits.expansion()));
    }
  }

  /** What is wrong with the archive; a limit that was passed is passed on as it is. */
  private String damage(Exception e) throws CaptureException {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof CaptureException limit) {
        throw limit;
      }
    }
    String what = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage().lines().findFirst().orElse("");
    return "the archive is damaged or cut short at byte %d of the file: %s; copy it again".formatted(input.compressedBytes(), what);
  }

  private @Nullable String missingEnd() throws CaptureException {
    if (input.cutShort() != null) {
      return input.cutShort();
    }
    boolean ends = kind == ArchiveKind.TAR ? bytes.zeros >= TAR_BLOCK : input.compression() != null || hasEndOfZip();
    return !ends
        ? "the archive has no end: the file is cut short, and members may be missing; copy it again"
        : null;
  }

  private boolean hasEndOfZip() throws CaptureException {
    try (RandomAccessFile end = new RandomAccessFile(file.toFile(), "r")) {
      byte[] tail = new byte[(int) Math.min(end.length(), END_OF_ZIP_WITHIN)];
      end.seek(end.length() - tail.length);
      end.readFully(tail);
      for (int i = tail.length - END_OF_ZIP.length; i >= 0; i--) {
        if (Arrays.equals(tail, i, i + END_OF_ZIP.length, END_OF_ZIP, 0, END_OF_ZIP.length)) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw new CaptureException(path, "cannot be read: " + e.getMessage(), e);
    }
  }

  private static String printable(String name) {
    return name.replaceAll("\\p{Cntrl}", "?");
  }

  @Override
  public void close() {
    input.close();
  }

  /** An input as the library wants it. */
  private static final class Bytes extends InputStream {
    private final Input input;
    private final byte[] one = new byte[1];

    /** How many zeros were read last. */
    private long zeros;

    Bytes(Input input) {
      this.input = input;
    }

    @Override
    public int read() throws IOException {
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int from, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      try {
        int n = input.read(buffer, from, from + length);
        count(buffer, from, from + n);
        return n == 0 ? -1 : n;
      } catch (CaptureException e) {
        throw new IOException(e.getMessage(), e);
      }
    }

    private void count(byte[] buffer, int from, int to) {
      int i = to;
      while (i > from && buffer[i - 1] == 0) {
        i--;
      }
      zeros = i == from ? zeros + to - from : to - i;
    }
  }
}
