package io.vmatrace.parser.input;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Why a file that a user named cannot be had, in a person's words. */
public final class FileTrouble {
  private static final String DENIED = "permission denied";
  private static final String MISSING = "no such file";

  /** What Java puts for bytes of an argument that are no letter. */
  private static final char REPLACEMENT = '\ufffd';

  private FileTrouble() {}

  /**
   * Refuses what is no regular file, or cannot be reached.
   *
   * @throws IOException with the trouble as its message
   */
  public static void requireRegular(Path file) throws IOException {
    String trouble = reaching(file.toString());
    if (trouble != null || !Files.isRegularFile(file)) {
      throw new IOException(trouble != null ? trouble : "not a regular file");
    }
  }

  /** What is wrong with the way to a file; null when there is one, which may not be readable still. */
  public static @Nullable String reaching(String name) {
    if (name.isEmpty()) {
      return "an empty name: name a file, or - for standard input";
    }
    try {
      Path file = Path.of(name);
      Files.readAttributes(file, BasicFileAttributes.class);
      return null;
    } catch (NoSuchFileException _) {
      return missing(Path.of(name));
    } catch (AccessDeniedException _) {
      return DENIED + ": one of the folders above it may not be entered";
    } catch (IOException | InvalidPathException e) {
      return of(e);
    }
  }

  private static String missing(Path file) {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return file.toString().indexOf(REPLACEMENT) < 0 ? MISSING : "its name has bytes that are no UTF-8: rename it, or hand it over on standard input (- < FILE)";
    }
    try {
      return "a symbolic link to %s, which is not there".formatted(Files.readSymbolicLink(file));
    } catch (IOException _) {
      return MISSING;
    }
  }

  /** What an exception says, without the file's name. */
  public static String of(Exception e) {
    return switch (e) {
      case AccessDeniedException _ -> DENIED;
      case NoSuchFileException _ -> MISSING;
      case FileSystemException system when system.getReason() != null -> reason(system.getReason());
      default -> String.valueOf(e.getMessage());
    };
  }

  private static String reason(String ofTheSystem) {
    return ofTheSystem.contains("symbolic links") ? "a loop of symbolic links" : ofTheSystem.substring(0, 1).toLowerCase(Locale.ROOT) + ofTheSystem.substring(1);
  }
}
