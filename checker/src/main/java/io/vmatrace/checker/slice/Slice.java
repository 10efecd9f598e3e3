package io.vmatrace.checker.slice;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A part of a capture that gives a finding by itself.
 *
 * @param text it, in a temporary file that closing this deletes
 * @param lines how many lines of the capture it has, or of a binary one how many events
 */
public record Slice(Path text, int lines) implements AutoCloseable {
  /** How every slice begins, so that it is known again. */
  public static final String MARK = "# vmatrace slice of ";

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(text);
  }
}
