package io.vmatrace.parser.capture;

import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.input.CaptureLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a capture is opened with.
 *
 * @param path what the user calls it
 * @param file where its bytes are, for a second pass
 * @param temporary whether that is a copy of ours, which the capture deletes when it is closed
 */
record OpenRequest(String path, Path file, boolean temporary, CaptureLimits limits, EventNames names) {
  /** Deletes the copy, where there is one. */
  void deleteCopy() {
    if (temporary) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException _) {
        // the system clears its temporary files
      }
    }
  }
}
