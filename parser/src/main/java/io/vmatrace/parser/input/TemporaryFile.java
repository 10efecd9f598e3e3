package io.vmatrace.parser.input;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Files that last as long as a run. */
public final class TemporaryFile {
  private TemporaryFile() {}

  /**
   * An empty one, to be deleted by who asked for it.
   *
   * @param suffix says what it is for
   * @throws UncheckedIOException when none can be made; no input is to blame for that
   */
  public static Path create(String suffix) {
    try {
      return Files.createTempFile("vmatrace-", suffix);
    } catch (NoSuchFileException | IllegalArgumentException _) {
      throw none("there is no such folder");
    } catch (IOException e) {
      throw none(FileTrouble.of(e));
    }
  }

  private static UncheckedIOException none(String why) {
    return new UncheckedIOException(new IOException("no temporary file can be made: " + why));
  }
}
