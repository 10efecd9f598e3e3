package io.vmatrace.cli.record;

import io.vmatrace.parser.tracedat.EventCount;
import io.vmatrace.parser.tracedat.PageFrames;
import io.vmatrace.parser.tracedat.PagesToDat;
import io.vmatrace.parser.tracedat.TracePages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is recorded as long as it is recorded: a folder that every command reads as it is, whatever becomes of the recorder. It appears
 * by a rename when it can be read, and goes by one before it cannot any more. In the end it becomes one file.
 */
final class PagesFolder {
  private static final Path SYMBOLS = Path.of("/proc/kallsyms");

  private final Tracefs tracefs;
  private final Path folder;

  /** What it is called as long as it cannot be read: {@link Watcher} removes it. */
  private final Path part;

  private PagesFolder(Tracefs tracefs, Path folder, Path part) {
    this.tracefs = tracefs;
    this.folder = folder;
    this.part = part;
  }

  /** Where the pages of a file will be, beside it. */
  static Path place(Path file) throws RecordException {
    Path folder = file.resolveSibling("%s.%d.pages".formatted(file.getFileName(), ProcessHandle.current().pid()));
    if (Files.exists(folder) || Files.exists(part(folder))) {
      throw RecordException.refused("%s is there already, from a recorder that was killed: move it away".formatted(folder));
    }
    return folder;
  }

  private static Path part(Path folder) {
    return folder.resolveSibling(folder.getFileName() + ".part");
  }

  /** Makes the folder, which nobody sees yet. */
  static PagesFolder create(Tracefs tracefs, Path folder) throws RecordException {
    Path part = part(folder);
    try {
      Files.createDirectory(part);
      Files.createFile(part.resolve(TracePages.UNFINISHED));
      return new PagesFolder(tracefs, folder, part);
    } catch (IOException e) {
      throw RecordException.refused("%s cannot be made: %s".formatted(folder, reason(e)));
    }
  }

  /** What an exception of a file says beyond the file's name. */
  static String reason(IOException e) {
    return switch (e) {
      case java.nio.file.NoSuchFileException _ -> "there is no such folder";
      case java.nio.file.AccessDeniedException _ -> "it may not be written";
      default -> String.valueOf(e.getMessage()).replaceFirst("^/.*?: ", "");
    };
  }

  Path path() {
    return folder;
  }

  /** Copies what the pages need to be understood; from now on the folder can be read, and is where it belongs. */
  void describe(ChosenEvents events, ProbeSet probes, TraceInstance instance) throws IOException {
    Path from = instance.path().resolve("events");
    for (String header : List.of("header_page", "header_event")) {
      copy(tracefs.root().resolve("events").resolve(header), "events/" + header);
    }
    for (Path format : events.formats(from, probes)) {
      copy(from.resolve(format), "events/" + format);
    }
    copy(instance.path().resolve("trace_clock"), "trace_clock");
    copy(tracefs.root().resolve("printk_formats"), "printk_formats");
    write("uname", uname());
    write("kallsyms", functions());
    Files.move(part, folder, StandardCopyOption.ATOMIC_MOVE);
  }

  /** What counts the events of its pages. */
  EventCount counting() throws IOException {
    return EventCount.of(Tracefs.read(folder.resolve("events/header_page")));
  }

  /** Whether it is where it was made. */
  boolean isThere() {
    return Files.isDirectory(folder);
  }

  /**
   * Copies what is known in the end: the names of tasks, and what the buffers lost.
   *
   * @param facts further ones, lines of a name, a colon and a value
   */
  void complete(TraceInstance instance, List<Integer> cpus, List<String> facts) throws IOException {
    write(TracePages.FACTS, String.join("\n", facts) + "\n");
    copy(tracefs.root().resolve("saved_cmdlines"), "saved_cmdlines");
    for (int cpu : cpus) {
      write("stats/cpu" + cpu, "CPU: %d%n%s".formatted(cpu, instance.stats(cpu)));
    }
    Files.delete(folder.resolve(TracePages.UNFINISHED));
  }

  /**
   * Makes the file.
   *
   * @param recorder what records, and its version
   */
  void becomes(Path file, List<PageFrames> pages, int cpus, String recorder) throws IOException {
    Path whole = folder.resolve("whole.dat");
    try {
      PagesToDat.write(folder, pages, cpus, recorder, whole);
      Files.move(whole, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.deleteIfExists(whole); // where the disk is full it would stay so
      throw e;
    }
  }

  /** Removes what is left of a recording that could not begin. */
  void removeIfEmpty() {
    try {
      if (Files.exists(part) || Files.exists(folder) && isEmpty()) {
        remove();
      }
    } catch (IOException _) {
      // it stays, and the user has been told of it
    }
  }

  private boolean isEmpty() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.noneMatch(file -> String.valueOf(file.getFileName()).startsWith("cpu") && file.toFile().length() > 0);
    }
  }

  /** Removes the folder, under the name of what cannot be read. */
  void remove() throws IOException {
    if (Files.exists(folder)) {
      Files.move(folder, part, StandardCopyOption.ATOMIC_MOVE);
    }
    List<Path> all;
    try (Stream<Path> files = Files.walk(part)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : all) {
      Files.delete(file);
    }
  }

  private void copy(Path from, String name) throws IOException {
    if (Files.isReadable(from)) {
      write(name, Tracefs.read(from));
    }
  }

  private void write(String name, String text) throws IOException {
    Path file = (Files.exists(folder) ? folder : part).resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, text, StandardCharsets.ISO_8859_1);
  }

  /** As {@code uname -srm} with the name of the host in its place, which nobody needs to know. */
  private static String uname() throws IOException {
    String release = Tracefs.read(Path.of("/proc/sys/kernel/osrelease")).strip();
    String machine = System.getProperty("os.arch", "");
    return "Linux (none) %s %s".formatted(release, machine.equals("amd64") ? "x86_64" : machine);
  }

  /** The symbols of functions, which are what events name: a fifth of all. */
  private static String functions() throws IOException {
    StringBuilder functions = new StringBuilder();
    try (Stream<String> symbols = Files.lines(SYMBOLS, StandardCharsets.ISO_8859_1)) {
      symbols.filter(PagesFolder::isFunction).forEach(symbol -> functions.append(symbol).append('\n'));
    }
    return functions.toString();
  }

  private static boolean isFunction(String symbol) {
    int type = symbol.indexOf(' ') + 1;
    return type > 0 && type < symbol.length() && "tTwW".indexOf(symbol.charAt(type)) >= 0 && symbol.indexOf("__pfx_") < 0;
  }
}
