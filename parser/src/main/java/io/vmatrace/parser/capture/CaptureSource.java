package io.vmatrace.parser.capture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Something that may be a capture: what a user named, or a member of an archive. It must stay open as long as the capture that is
 * opened from it.
 *
 * @param name what the user calls it; a member is {@code ARCHIVE!MEMBER}
 * @param copy where the member's bytes are until this is closed; null for what is no member
 * @param cutShort what is missing at the end of a member, or null
 * @param unreadable why a member cannot be unfolded, or null
 */
public record CaptureSource(String name, @Nullable Path copy, @Nullable String cutShort, @Nullable String unreadable) implements AutoCloseable {
  /** A file, or standard input, as the user named it. */
  static CaptureSource named(String path) {
    return new CaptureSource(path, null, null, null);
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
