package io.vmatrace.parser.capture;

import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.StoppableStream;
import io.vmatrace.parser.input.TemporaryFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * Something that may be a capture: a file that a user named, a stream, or a member of an archive. It must stay open as long as the
 * capture that is opened from it.
 *
 * @param name what the user calls it; a member is {@code ARCHIVE!MEMBER}
 * @param stream its bytes, which can be read once; null for what has a file
 * @param copy where the bytes of a member, or of a stream, are until this is closed; null for what the user's name opens
 * @param cutShort what is missing at the end of a member, or null
 * @param unreadable why a member cannot be unpacked, or null
 */
public record CaptureSource(
    String name, @Nullable InputStream stream, @Nullable Path copy, @Nullable String cutShort, @Nullable String unreadable)
    implements AutoCloseable {
  /** A file or a folder. */
  public static CaptureSource of(String path) {
    return new CaptureSource(path, null, null, null, null);
  }

  /**
   * A stream, from which one capture can be opened; what needs more than one opens {@link #rereadable}. The capture keeps a copy of what
   * it reads in a temporary file, for its second pass, and closes the stream when it is closed.
   *
   * @param name what reports call the capture
   */
  public static CaptureSource of(String name, InputStream in) {
    return new CaptureSource(name, in, null, null, null);
  }

  /** A member of an archive that was unpacked into a file. */
  static CaptureSource member(String name, Path copy, @Nullable String cutShort) {
    return new CaptureSource(name, null, copy, cutShort, null);
  }

  /** A member of an archive that cannot be unpacked. */
  static CaptureSource unreadable(String name, String why) {
    return new CaptureSource(name, null, null, null, why);
  }

  /**
   * The same, to be opened as often as needed: a stream is copied to a file, which closing the result deletes.
   *
   * @throws CaptureException when the stream cannot be copied
   */
  public CaptureSource rereadable() throws CaptureException {
    if (stream == null) {
      return this;
    }
    try {
      CaptureSource copied = new CaptureSource(name, null, TemporaryFile.create(".capture"), null, null);
      try (InputStream in = stream) {
        Files.copy(in, copied.file(), StandardCopyOption.REPLACE_EXISTING);
        return copied;
      } catch (IOException e) {
        copied.close();
        throw e;
      }
    } catch (IOException e) {
      throw new CaptureException(name, "cannot be copied, and it is to be read twice: " + e.getMessage(), e);
    }
  }

  /** The file or folder that has the bytes; of a stream there is none. */
  Path file() {
    return copy != null ? copy : Path.of(name);
  }

  /** Ends a stream where it is, from another thread: what came until then is the capture. Whether there is a stream to end. */
  public boolean stop() {
    if (stream instanceof StoppableStream stoppable) {
      stoppable.stop();
      return true;
    }
    return false;
  }

  @Override
  public void close() {
    if (copy != null) {
      try {
        Files.deleteIfExists(copy);
      } catch (IOException _) {
        // the system clears its temporary files
      }
    }
  }
}
