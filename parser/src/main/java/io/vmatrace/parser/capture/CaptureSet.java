package io.vmatrace.parser.capture;

import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureLimits;
import io.vmatrace.parser.input.Input;
import io.vmatrace.parser.input.StoppableStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A named path as the captures in it: itself, or the regular members of an archive, one after the other. */
public final class CaptureSet implements AutoCloseable {
  private static final int HEAD_BYTES = 512;

  private @Nullable CaptureSource single;
  private final @Nullable Archive archive;

  private CaptureSet(@Nullable CaptureSource single, @Nullable Archive archive) {
    this.single = single;
    this.archive = archive;
  }

  /** Opens a path as an archive, or as a set of one; an unreadable file is a set of one that fails when it is opened. */
  static CaptureSet of(String path, CaptureLimits limits) {
    if (path.equals(Captures.STANDARD_INPUT)) {
      return new CaptureSet(Captures.standardInput(), null);
    }
    Path file = Path.of(path);
    try {
      if (limits.isFollowed() && Files.isReadable(file) && !Files.isDirectory(file)) {
        return new CaptureSet(CaptureSource.of(path, StoppableStream.following(file)), null);
      }
      if (isStream(file)) {
        return new CaptureSet(CaptureSource.of(path, StoppableStream.of(file)), null);
      }
      Archive archive = Files.isRegularFile(file) && Files.isReadable(file) ? archive(path, file, limits) : null;
      if (archive != null) {
        return new CaptureSet(null, archive);
      }
    } catch (IOException | CaptureException _) {
      // opening it says what is wrong with it
    }
    return new CaptureSet(CaptureSource.of(path), null);
  }

  /** Whether a file can be read once only, or has no size and may go on for ever: a pipe, a device, the kernel's trace and trace_pipe. */
  private static boolean isStream(Path file) throws IOException {
    return Files.exists(file) && Files.isReadable(file) && !Files.isDirectory(file) && (!Files.isRegularFile(file) || Files.size(file) == 0);
  }

  private static @Nullable Archive archive(String path, Path file, CaptureLimits limits) throws IOException, CaptureException {
    byte[] head = new byte[HEAD_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      int length = in.readNBytes(head, 0, HEAD_BYTES);
      if (!Input.isCompressed(head, length) && ArchiveKind.sniff(head, length) == null) {
        return null; // the usual case: nothing is opened twice
      }
    }
    Input input = Input.open(path, file, limits);
    byte[] first = input.head(HEAD_BYTES);
    ArchiveKind kind = ArchiveKind.sniff(first, first.length);
    if (kind == null) {
      input.close();
      return null;
    }
    return new Archive(path, file, limits, kind, input);
  }

  /** Whether this is an archive, so that it may hold other things than captures. */
  public boolean isArchive() {
    return archive != null;
  }

  /**
   * The next one, or null after the last. Each is to be closed; a member may stay open while later ones are unpacked.
   *
   * @throws CaptureException when the rest of an archive cannot be read; the ones before it stand
   */
  public @Nullable CaptureSource next() throws CaptureException {
    if (archive != null) {
      return archive.next();
    }
    CaptureSource only = single;
    single = null;
    return only;
  }

  @Override
  public void close() {
    if (archive != null) {
      archive.close();
    }
  }
}
