package io.vmatrace.parser.tracedat;

import io.vmatrace.parser.tracedat.DatWriter.Bytes;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Makes one trace.dat of a folder of ring-buffer pages as {@link TracePages} reads it, whose pages are {@link PageFrames}. Beside {@code events} it may have
 * {@code trace_clock}, {@code saved_cmdlines}, {@code kallsyms}, {@code printk_formats}, {@code uname}, {@link TracePages#FACTS}, and {@code stats/cpuN}.
 */
public final class PagesToDat {

  /** The formats of what the tracers write, which have a section of their own. */
  private static final String TRACERS = "ftrace";

  private final Path folder;

  private PagesToDat(Path folder) {
    this.folder = folder;
  }

  /**
   * Writes the file.
   *
   * @param pages of each CPU that has any
   * @param cpus how many CPUs the machine has
   * @param recorder what made the pages, and its version
   */
  public static void write(Path folder, List<PageFrames> pages, int cpus, String recorder, Path to) throws IOException {
    new PagesToDat(folder).write(pages, cpus, recorder, to);
  }

  private void write(List<PageFrames> pages, int cpus, String recorder, Path to) throws IOException {
    String headerPage = text("events/header_page");
    try (FileChannel out = FileChannel.open(to, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
      DatWriter dat = new DatWriter(out, PageLayout.parse(headerPage).pageBytes());
      Bytes headers = new Bytes();
      sized(headers.name("header_page"), headerPage);
      sized(headers.name("header_event"), text("events/header_event"));
      dat.section(DatOptions.HEADER_INFO, "headers", headers);
      Map<String, List<String>> formats = formats();
      dat.section(DatOptions.TRACER_FORMATS, "ftrace events", formats(new Bytes(), formats.getOrDefault(TRACERS, List.of())));
      formats.remove(TRACERS);
      Bytes systems = new Bytes().u32(formats.size());
      formats.forEach((system, texts) -> formats(systems.name(system), texts));
      dat.section(DatOptions.EVENT_FORMATS, "events format", systems);
      dat.section(DatOptions.KALLSYMS, "kallsyms", sized32(text("kallsyms")));
      dat.section(DatOptions.PRINTK, "printk", sized32(text("printk_formats")));
      dat.section(DatOptions.CMDLINES, "command lines", sized(new Bytes(), text("saved_cmdlines")));
      options(dat, cpus, recorder);
      dat.buffer(clock(text("trace_clock")), pages.stream().filter(cpu -> cpu.count() > 0).sorted(Comparator.comparingInt(PageFrames::cpu)).toList());
      out.force(false);
    }
  }

  private void options(DatWriter dat, int cpus, String recorder) throws IOException {
    dat.option(DatOptions.TRACECLOCK, text("trace_clock"));
    dat.option(DatOptions.UNAME, text("uname").strip());
    dat.option(DatOptions.VERSION, recorder);
    if (!text(TracePages.FACTS).isEmpty()) {
      dat.option(DatOptions.FACTS, text(TracePages.FACTS));
    }
    Path stats = folder.resolve("stats");
    if (Files.isDirectory(stats)) {
      try (Stream<Path> files = Files.list(stats)) {
        for (Path file : (Iterable<Path>) files.sorted()::iterator) {
          dat.option(DatOptions.CPUSTAT, text("stats/" + file.getFileName()));
        }
      }
    }
    dat.option(DatOptions.CPUCOUNT, new Bytes().u32(cpus).toByteArray());
  }

  /** The name in brackets. */
  private static String clock(String clocks) {
    int from = clocks.indexOf('[');
    int to = clocks.indexOf(']', from + 1);
    return from < 0 || to < 0 ? "" : clocks.substring(from + 1, to);
  }

  /** By their systems. */
  private Map<String, List<String>> formats() throws IOException {
    Map<String, List<String>> formats = new TreeMap<>();
    Path events = folder.resolve("events");
    try (Stream<Path> files = Files.find(events, 3, (file, facts) -> facts.isRegularFile() && file.endsWith("format"))) {
      for (Path file : (Iterable<Path>) files.sorted()::iterator) {
        formats.computeIfAbsent(events.relativize(file).getName(0).toString(), _ -> new ArrayList<>()).add(Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    return formats;
  }

  private static Bytes formats(Bytes to, List<String> texts) {
    to.u32(texts.size());
    texts.forEach(text -> sized(to, text));
    return to;
  }

  private static Bytes sized(Bytes to, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return to.u64(bytes.length).bytes(bytes);
  }

  private static Bytes sized32(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return new Bytes().u32(bytes.length).bytes(bytes);
  }

  /** Empty where there is no such file. */
  private String text(String name) throws IOException {
    Path file = folder.resolve(name);
    return Files.isRegularFile(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
  }
}
