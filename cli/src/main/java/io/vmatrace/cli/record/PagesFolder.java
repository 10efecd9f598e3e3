package io.vmatrace.cli.record;

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
 * What is recorded as long as it is recorded: a folder that every command reads as it is, whatever becomes of the recorder. In the end it
 * becomes one file.
 */
final class PagesFolder {
  private static final Path SYMBOLS = Path.of("/proc/kallsyms");

  private final Tracefs tracefs;
  private final Path folder;

  private PagesFolder(Tracefs tracefs, Path folder) {
    this.tracefs = tracefs;
    this.folder = folder;
  }

  /** Makes the folder, beside the file that it will become. */
  static PagesFolder create(Tracefs tracefs, Path file, ProbeSet probes) throws RecordException {
    Path folder = file.resolveSibling("%s.%d.pages".formatted(file.getFileName(), ProcessHandle.current().pid()));
    try {
      Files.createDirectory(folder);
      Files.createFile(folder.resolve(TracePages.UNFINISHED));
      Files.writeString(folder.resolve(Watcher.PROBES), probes.names());
      return new PagesFolder(tracefs, folder);
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

  /** Copies what the pages need to be understood. */
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
  }

  /** The bytes of a page. */
  int pageBytes() throws IOException {
    return PagesToDat.pageBytes(Tracefs.read(folder.resolve("events/header_page")));
  }

  /** Copies what is known in the end: the names of tasks, and what the buffers lost. */
  void complete(TraceInstance instance, List<Integer> cpus) throws IOException {
    copy(tracefs.root().resolve("saved_cmdlines"), "saved_cmdlines");
    for (int cpu : cpus) {
      write("stats/cpu" + cpu, "CPU: %d%n%s".formatted(cpu, instance.stats(cpu)));
    }
    Files.delete(folder.resolve(TracePages.UNFINISHED));
  }

  /**
   * Makes the file, and removes the folder.
   *
   * @param recorder what records, and its version
   */
  void becomes(Path file, List<PageFrames> pages, int cpus, String recorder) throws IOException {
    Path part = folder.resolve("whole.dat");
    PagesToDat.write(folder, pages, cpus, recorder, part);
    Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    remove();
  }

  /** Removes what is left of a recording that could not begin. */
  void removeIfEmpty() {
    try (Stream<Path> files = Files.exists(folder) ? Files.list(folder) : Stream.of()) {
      if (files.noneMatch(file -> String.valueOf(file.getFileName()).startsWith("cpu") && file.toFile().length() > 0)) {
        remove();
      }
    } catch (IOException _) {
      // it stays, and the user has been told of it
    }
  }

  /** Removes the folder. */
  private void remove() throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(folder)) {
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
    Path file = folder.resolve(name);
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
