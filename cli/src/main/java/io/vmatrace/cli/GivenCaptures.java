package io.vmatrace.cli;

import io.vmatrace.checker.report.Unread;
import io.vmatrace.parser.capture.CaptureSet;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureLimits;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The captures of a command line, one after the other: named files, and what is in named archives and under named folders. */
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

  /** What uname -r prints, such as 6.18.15 and 6.8.0-45-generic. */
  private static final Pattern RELEASE = Pattern.compile("[2-9]\\.\\d{1,3}(\\.\\d{1,3})?([-+_][\\w.+~-]*)?");

  private final List<String> paths;
  private final Map<String, List<String>> folders;
  private final PrintWriter err;
  private Consumer<Unread> unread = _ -> {};
  private ExitStatus status = ExitStatus.OK;

  /** The captures of the parsed command line. */
  GivenCaptures(CommandSpec command) {
    this(command, 0);
  }

  /** The same, from the argument on that has a number. */
  GivenCaptures(CommandSpec command, int first) {
    paths = command.commandLine().getParseResult().matchedPositionalValue(first, List.of());
    err = command.commandLine().getErr();
    if (paths.contains("")) {
      throw new ParameterException(command.commandLine(), "a capture's name is empty: name a file, or - for standard input");
    }
    for (String path : paths) {
      if (command.findOption("--kernel") != null && RELEASE.matcher(path).matches() && !Files.exists(Path.of(path))) {
        throw new ParameterException(command.commandLine(), "%s is no file: if it is the kernel's release, say --kernel %s".formatted(path, path));
      }
    }
    if (Collections.frequency(paths, Captures.STANDARD_INPUT) > 1) {
      throw new ParameterException(command.commandLine(), "- is standard input, which can be read once: name it once");
    }
    folders = folders(command, paths);
    if (paths.contains(Captures.STANDARD_INPUT) && Terminal.isTyped()) {
      throw new ParameterException(command.commandLine(), "- is standard input, and that is a terminal: pipe a capture into it, or name a file");
    }
  }

  /** What is under each folder that was given. */
  private static Map<String, List<String>> folders(CommandSpec command, List<String> paths) {
    Map<String, List<String>> folders = new HashMap<>();
    for (String path : paths) {
      try {
        List<String> files = Captures.under(path);
        if (files != null) {
          folders.put(path, files);
        }
      } catch (CaptureException e) {
        throw new ParameterException(command.commandLine(), e.getMessage());
      }
    }
    return folders;
  }

  /** Whether there may be more than one; an archive says that only once it is read. */
  boolean areSeveral() {
    return paths.size() > 1 || !folders.isEmpty();
  }

  /** What was given. */
  List<String> paths() {
    return paths;
  }

  boolean isEmpty() {
    return paths.isEmpty();
  }

  /**
   * Reads each of them; returns whether one cannot be read, which standard error reports.
   *
   * @param without told of each input of which nothing can be read
   */
  ExitStatus read(Reading reading, Consumer<Unread> without) {
    unread = without;
    for (String path : paths) {
      List<String> files = folders.get(path);
      if (!(files == null ? read(path, null, reading) : readFolder(path, files, reading))) {
        return status;
      }
    }
    return status;
  }

  private boolean readFolder(String path, List<String> files, Reading reading) {
    SetMembers members = new SetMembers(path, err, unread);
    for (String file : files) {
      members.sees();
      if (isEmpty(file)) {
        members.passOver(CaptureException.noCapture(file, "is empty"));
      } else if (!read(file, members, reading)) {
        return false;
      }
    }
    members.finish();
    status = members.isUnreadable() ? ExitStatus.UNREADABLE : status;
    return true;
  }

  /** Files of the kernel are never whole: they say that they are empty, and may wait for events. */
  private static boolean isEmpty(String file) {
    try {
      Path path = Path.of(file);
      return Files.isRegularFile(path) && Files.size(path) == 0;
    } catch (IOException _) {
      return false;
    }
  }

  /** Reads what a path has; returns whether anybody wants more. */
  private boolean read(String path, @Nullable SetMembers folder, Reading reading) {
    if (Interruption.isHere()) {
      refuse(path, "not read: a signal ended the run before");
      return true;
    }
    try (CaptureSet set = Captures.expand(path, CaptureLimits.DEFAULT)) {
      SetMembers members = set.isArchive() || folder == null ? new SetMembers(path, err, unread) : folder;
      for (CaptureSource source = members.next(set); source != null; source = members.next(set)) {
        if (!read(source, set.isArchive() || folder != null ? members : null, reading)) {
          return false;
        }
      }
      status = set.isArchive() && members.isUnreadable() ? ExitStatus.UNREADABLE : status;
      return true;
    }
  }

  private boolean read(CaptureSource source, @Nullable SetMembers members, Reading reading) {
    Interruption.reads(source);
    try (source) {
      boolean more = reading.read(source, members != null || areSeveral());
      if (Interruption.isHere()) {
        err.println("vmatrace: %s: ended by a signal; what came until then is reported".formatted(source.name()));
      }
      return more;
    } catch (CaptureException e) {
      if (members != null && e.isNoCapture()) {
        members.passOver(e);
      } else {
        refuse(e.path(), e.reason());
      }
      return true;
    }
  }

  private void refuse(String path, String why) {
    err.println("vmatrace: %s: %s".formatted(path, why));
    unread.accept(Unread.unreadable(path, why));
    status = ExitStatus.UNREADABLE;
  }
}
