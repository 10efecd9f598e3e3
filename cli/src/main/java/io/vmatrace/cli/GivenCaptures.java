package io.vmatrace.cli;

import io.vmatrace.parser.capture.CaptureSet;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureLimits;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** The captures of a command line, one after the other: named files, and the members of named archives. */
final class GivenCaptures {
  /** What a command does with one capture. */
  interface Reading {
    /**
     * Reads a capture and shows what is in it.
     *
     * @param several whether it is one of several, so that what is shown has to say of which it is
     * @return whether anybody wants more
     * @throws CaptureException when nothing of it can be read
     */
    boolean read(CaptureSource source, boolean several) throws CaptureException;
  }

  private final List<String> paths;
  private final PrintWriter err;
  private ExitStatus status = ExitStatus.OK;

  /** The captures of the parsed command line. */
  GivenCaptures(CommandSpec command) {
    paths = command.commandLine().getParseResult().matchedPositionalValue(0, List.of());
    err = command.commandLine().getErr();
  }

  boolean isEmpty() {
    return paths.isEmpty();
  }

  /** Reads each of them; returns whether one cannot be read, which standard error reports. */
  ExitStatus read(Reading reading) {
    for (String path : paths) {
      try (CaptureSet set = Captures.expand(path, CaptureLimits.DEFAULT)) {
        ArchiveMembers members = new ArchiveMembers(path, err);
        for (CaptureSource source = members.next(set); source != null; source = members.next(set)) {
          if (!read(source, set.isArchive() ? members : null, reading)) {
            return status;
          }
        }
        status = set.isArchive() && members.isUnreadable() ? ExitStatus.UNREADABLE : status;
      }
    }
    return status;
  }

  private boolean read(CaptureSource source, @Nullable ArchiveMembers members, Reading reading) {
    try (source) {
      return reading.read(source, members != null || paths.size() > 1);
    } catch (CaptureException e) {
      if (members != null && e.isNoCapture()) {
        members.passOver(e);
      } else {
        err.println("vmatrace: " + e.getMessage());
        status = ExitStatus.UNREADABLE;
      }
      return true;
    }
  }
}
