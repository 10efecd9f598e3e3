package io.vmatrace.parser.capture;

import io.vmatrace.parser.input.CaptureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * Something that may be a capture: what a user named, or a member of an archive. It must stay open as long as the capture that is
 * opened from it.
 *
 * @param name what the user calls it; a member is {@code ARCHIVE!MEMBER}
 * @param copy where the bytes of a member, or of standard input, are until this is closed; null for what the user's name opens
 * @param cutShort what is missing at the end of a member, or null
 * @param unreadable why a member cannot be unfolded, or null
 */
public record CaptureSource(String name, @Nullable Path copy, @Nullable String cutShort, @Nullable String unreadable) implements AutoCloseable {
  /** A file, or standard input, as the user named it. */
  static CaptureSource named(String path) {
    return new CaptureSource(path, null, null, null);
  }

  /**
   * The same, to be opened as often as is wanted: standard input as a copy, which closing the result deletes.
   *
   * @throws CaptureException when standard input cannot be copied
   */
  public CaptureSource rereadable() throws CaptureException {
    if (copy != null || !name.equals(Captures.STANDARD_INPUT)) {
      return this;
    }
    try {
      Path bytes = Files.createTempFile("vmatrace-", ".capture");
      CaptureSource copied = new CaptureSource("standard input", bytes, null, null);
      try {
        Files.copy(System.in, bytes, StandardCopyOption.REPLACE_EXISTING);
        return copied;
      } catch (IOException e) {
        copied.close();
        throw e;
      }
    } catch (IOException e) {
      throw new CaptureException("standard input", "cannot be copied, and it is to be read twice: " + e.getMessage(), e);
    }
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
