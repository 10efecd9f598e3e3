package io.vmatrace.cli;

import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.input.CaptureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * A capture that can be read twice: standard input as a copy, a file as it is.
 *
 * @param path what to open
 * @param copy the copy, which is ours to delete; or null
 */
record Rereadable(String path, @Nullable Path copy) implements AutoCloseable {

  /**
   * Makes sure that a capture can be read as often as is wanted.
   *
   * @throws CaptureException when standard input cannot be copied
   */
  static Rereadable of(String capture, boolean twice) throws CaptureException {
    if (!twice || !capture.equals(Captures.STANDARD_INPUT)) {
      return new Rereadable(capture, null);
    }
    try {
      Path copy = Files.createTempFile("vmatrace-", ".capture");
      Files.copy(System.in, copy, StandardCopyOption.REPLACE_EXISTING);
      return new Rereadable(copy.toString(), copy);
    } catch (IOException e) {
      throw new CaptureException("standard input", "cannot be copied, and a time counted from the end needs it twice: " + e.getMessage(), e);
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
