package io.vmatrace.cli;

import io.vmatrace.checker.report.Unread;
import io.vmatrace.parser.capture.CaptureSet;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.capture.Captures;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureLimits;
import io.vmatrace.parser.input.Input;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The captures of a command line, in order: named files, and what is in named archives and under named folders. */
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

  /** The same in two parts, of which the first may run while other captures are read. */
  interface ReadingAhead {
    /**
     * Reads a capture, on whichever thread. The source stays open until what is in it has been shown.
     *
     * @return shows it, in its turn; returns whether anybody wants more
     * @throws CaptureException when nothing of it can be read
     */
    BooleanSupplier read(CaptureSource source, Turn turn) throws CaptureException;
  }

  /**
   * When a capture has its turn.
   *
   * @param several whether it is one of several, so that what is shown has to say of which it is
   * @param isNext whether all captures before it have been shown
   */
  record Turn(boolean several, BooleanSupplier isNext) {}

  /** What uname -r prints, such as 6.18.15 and 6.8.0-45-generic. */
  private static final Pattern RELEASE = Pattern.compile("[2-9]\\.\\d{1,3}(\\.\\d{1,3})?([-+_][\\w.+~-]*)?");

  /** File systems whose files have no size. */
  private static final Set<String> KERNEL = Set.of("tracefs", "debugfs", "proc", "sysfs");

  private final List<String> paths;
  private final Map<String, List<String>> folders;
  private final PrintWriter err;
  private CaptureLimits limits = CaptureLimits.DEFAULT;
  private Consumer<Unread> unread = _ -> {};
  private ExitStatus status = ExitStatus.OK;

  /** What is being read, or has been and is not shown. */
  private final Set<CaptureSource> open = Collections.newSetFromMap(new IdentityHashMap<>());

  /** The captures of the parsed command line. */
  GivenCaptures(CommandSpec command) {
    this(command, 0);
  }

  /** The same, from the argument on that has a number. */
  GivenCaptures(CommandSpec command, int first) {
    this(command, command.commandLine().getParseResult().matchedPositionalValue(first, List.of()));
  }

  /** Some of the captures of the parsed command line. */
  GivenCaptures(CommandSpec command, List<String> paths) {
    this.paths = paths;
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

  /** From now on what is read is read as it is made. */
  void follow() {
    limits = limits.followed();
  }

  boolean isEmpty() {
    return paths.isEmpty();
  }

  /**
   * Reads each of them, one after the other; returns whether one cannot be read, which standard error reports.
   *
   * @param without told of each input of which nothing can be read
   */
  ExitStatus read(Reading reading, Consumer<Unread> without) {
    return read(new InOrder(1), (source, turn) -> showing(reading.read(source, turn.several())), without);
  }

  private static BooleanSupplier showing(boolean more) {
    return () -> more;
  }

  /** The same, as many at once as {@code order} says, which is closed then. */
  ExitStatus read(InOrder order, ReadingAhead reading, Consumer<Unread> without) {
    unread = without;
    try {
      for (String path : paths) {
        List<String> files = folders.get(path);
        if (files == null) {
          read(path, null, order, reading);
        } else {
          readFolder(path, files, order, reading);
        }
        if (order.isOver()) {
          return status;
        }
      }
      order.finish();
      return status;
    } finally {
      order.close();
      open.forEach(CaptureSource::close);
    }
  }

  private void readFolder(String path, List<String> files, InOrder order, ReadingAhead reading) {
    SetMembers members = new SetMembers(path, err, unread);
    for (String file : files) {
      members.sees();
      if (isEmpty(file)) {
        order.then(() -> sayEmpty(file, members));
      } else {
        read(file, members, order, reading);
      }
      if (order.isOver()) {
        return;
      }
    }
    order.then(
        () -> {
          members.finish();
          status = members.isUnreadable() ? ExitStatus.UNREADABLE : status;
        });
  }

  /** An empty file is a capture of which nothing came, as it is where it is named by itself. One of the kernel only says that it is empty. */
  private void sayEmpty(String file, SetMembers members) {
    if (isOfTheKernel(file)) {
      members.passOver(CaptureException.noCapture(file, "is a file of the kernel, which may wait for events: name it by itself"));
    } else {
      refuse(file, Input.EMPTY);
    }
  }

  private static boolean isOfTheKernel(String file) {
    try {
      return KERNEL.contains(Files.getFileStore(Path.of(file)).type());
    } catch (IOException _) {
      return false;
    }
  }

  private static boolean isEmpty(String file) {
    try {
      Path path = Path.of(file);
      return Files.isRegularFile(path) && Files.size(path) == 0;
    } catch (IOException _) {
      return false;
    }
  }

  /** Reads what a path has. */
  private void read(String path, @Nullable SetMembers folder, InOrder order, ReadingAhead reading) {
    if (Interruption.isHere()) {
      order.then(() -> refuse(path, "not read: a signal ended the run before"));
      return;
    }
    try (CaptureSet set = Captures.expand(path, limits)) {
      SetMembers members = set.isArchive() || folder == null ? new SetMembers(path, err, unread) : folder;
      @Nullable SetMembers counted = set.isArchive() || folder != null ? members : null;
      for (CaptureSource source = members.next(set, order); source != null; source = order.isOver() ? null : members.next(set, order)) {
        read(source, counted, order, reading);
      }
      if (set.isArchive()) {
        order.then(() -> status = members.isUnreadable() ? ExitStatus.UNREADABLE : status);
      }
    }
  }

  /** What ends a stream is a signal: it is read by itself, so that the signal is about nothing else. */
  private void read(CaptureSource source, @Nullable SetMembers members, InOrder order, ReadingAhead reading) {
    Interruption.reads(source);
    open.add(source);
    InOrder.Work work =
        isNext -> {
          try {
            BooleanSupplier showing = reading.read(source, new Turn(members != null || areSeveral(), isNext));
            return () -> show(source, showing, order);
          } catch (CaptureException e) {
            return () -> refuse(source, members, e);
          }
        };
    if (source.stream() == null) {
      order.add(work);
    } else {
      order.addAlone(work);
    }
  }

  private void show(CaptureSource source, BooleanSupplier showing, InOrder order) {
    if (!showing.getAsBoolean()) {
      order.stop();
    }
    close(source);
    if (Interruption.isHere()) {
      err.println("vmatrace: %s: ended by a signal; what came until then is reported".formatted(source.name()));
    }
  }

  private void refuse(CaptureSource source, @Nullable SetMembers members, CaptureException why) {
    close(source);
    if (members != null && why.isNoCapture()) {
      members.passOver(why);
    } else {
      refuse(why.path(), why.reason());
    }
  }

  private void close(CaptureSource source) {
    open.remove(source);
    source.close();
  }

  private void refuse(String path, String said) {
    String why = Interruption.isHere() && said.equals(Input.EMPTY) ? "a signal ended it before anything came" : said;
    err.println("vmatrace: %s: %s".formatted(path, why));
    unread.accept(Unread.unreadable(path, why));
    status = ExitStatus.UNREADABLE;
  }
}
