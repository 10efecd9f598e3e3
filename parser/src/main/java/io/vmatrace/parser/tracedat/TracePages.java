package io.vmatrace.parser.tracedat;

import io.vmatrace.parser.bytes.Numbers;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.input.BlockCompression;
import io.vmatrace.parser.input.Capture;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureForm;
import io.vmatrace.parser.input.CaptureLimits;
import io.vmatrace.parser.input.FileBytes;
import io.vmatrace.parser.input.Input;
import io.vmatrace.parser.record.KernelSymbols;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder with pages as {@code per_cpu/cpuN/trace_pipe_raw} gives them, and beside them the folder {@code events} with
 * {@code header_page}, {@code header_event} and {@code SYSTEM/EVENT/format}, as under /sys/kernel/tracing. The pages of CPU N are in
 * {@code cpuN/trace_pipe_raw} or in a file like {@code raw-cpuN.bin} or {@code cpuN.raw}, compressed or not. {@code trace_clock} and
 * {@code saved_cmdlines} are read where they are there, and {@code kallsyms} when the names of functions are wanted. The input's bytes are those of the pages.
 * {@code vmatrace record} adds {@code uname}, {@code stats/cpuN}, and {@link #UNFINISHED} as long as it records.
 */
public final class TracePages {
  /** The name of the format. */
  public static final String FORMAT = "trace_pipe_raw";

  /** A file that is there while pages are written: who finds it knows that the last ones may be missing. */
  public static final String UNFINISHED = "unfinished";

  /** A file with what a recorder says of its recording: lines of a name, a colon and a value. */
  public static final String FACTS = "facts";

  private static final Pattern CPU = Pattern.compile("cpu(\\d{1,5})");
  private static final Pattern PAGES = Pattern.compile("trace_pipe_raw.*|.*cpu\\d+.*\\.(raw|bin)(\\.\\w+)?");
  private static final int DEPTH = 4;
  private static final int MOST_TEXT_BYTES = 1 << 20;

  private final Path folder;
  private final String path;
  private final CaptureLimits limits;

  private TracePages(Path folder, String path, CaptureLimits limits) {
    this.folder = folder;
    this.path = path;
    this.limits = limits;
  }

  /** Whether there are pages and the description of a page in a folder, or it is a recorder's without pages. */
  public static boolean isIn(Path folder) throws IOException {
    boolean recorded = Files.isRegularFile(folder.resolve("uname")) || Files.isRegularFile(folder.resolve(UNFINISHED));
    return Files.isRegularFile(folder.resolve("events/header_page")) && (recorded || !files(folder).isEmpty());
  }

  /** The files with pages that are not empty: those of a live tracefs say that they are, and would wait for events. */
  private static List<Path> files(Path folder) throws IOException {
    Path events = folder.resolve("events");
    try (Stream<Path> all = Files.find(folder, DEPTH, (file, facts) -> facts.isRegularFile() && facts.size() > 0)) {
      return all.filter(file -> !file.startsWith(events) && PAGES.matcher(name(file)).matches() && cpu(folder, file) >= 0).sorted().toList();
    }
  }

  /** The CPU that a file's name or its folder's says, or -1. */
  private static int cpu(Path folder, Path file) {
    Path parent = file.getParent();
    for (String name : new String[] {name(file), parent == null || parent.equals(folder) ? "" : name(parent)}) {
      Matcher matcher = CPU.matcher(name);
      if (matcher.find()) {
        int cpu = Integer.parseInt(matcher.group(1));
        return cpu < CpuArea.MOST_CPUS ? cpu : -1;
      }
    }
    return -1;
  }

  private static String name(Path file) {
    Path name = file.getFileName();
    return name == null ? "" : name.toString();
  }

  /**
   * Reads the formats and looks at the pages.
   *
   * @throws CaptureException when the description cannot be understood
   */
  public static Capture open(Path folder, String path, CaptureLimits limits, EventNames names) throws IOException, CaptureException {
    return new TracePages(folder, path, limits).open(names);
  }

  private Capture open(EventNames names) throws IOException, CaptureException {
    PageLayout layout = layout();
    List<FileBytes> files = new ArrayList<>();
    try {
      List<Path> paths = files(folder);
      if (paths.isEmpty()) {
        throw new CaptureException(path, "holds no pages: nothing was recorded");
      }
      for (Path file : paths) {
        files.add(bytes(file));
      }
      Recording recording = new Recording(order(files, layout), names);
      for (int i = 0; i < paths.size(); i++) {
        area(paths.get(i), files.get(i), layout, recording);
      }
      describe(recording);
      CaptureForm form = new CaptureForm(path, FORMAT, "a folder with ring-buffer pages and the events' formats", null);
      return new RingCapture(form, recording, files, limits);
    } catch (IOException | CaptureException | RuntimeException e) {
      files.forEach(FileBytes::close);
      throw e;
    }
  }

  /**
   * The pages as they come, of a folder in which they are recorded: their descriptions are in it already.
   *
   * @param progress where the recorder says how far it is
   */
  public static Capture growing(Path folder, RecorderProgress progress, EventNames names) throws IOException, CaptureException {
    TracePages pages = new TracePages(folder, folder.toString(), CaptureLimits.DEFAULT);
    PageLayout layout = pages.layout();
    Recording recording = new Recording(ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? Numbers.BIG_ENDIAN : Numbers.LITTLE_ENDIAN, names);
    pages.describe(recording);
    return new GrowingPages(pages.path, recording, layout, progress);
  }

  private PageLayout layout() throws IOException, CaptureException {
    try {
      return PageLayout.parse(text(folder.resolve("events/header_page")));
    } catch (IllegalArgumentException e) {
      throw new CaptureException(path, "events/header_page: " + e.getMessage(), e);
    }
  }

  private FileBytes bytes(Path file) throws IOException, CaptureException {
    try (Input input = Input.open(file.toString(), file, limits)) {
      return FileBytes.of(file.toString(), file, input);
    }
  }

  private void area(Path file, FileBytes bytes, PageLayout layout, Recording recording) {
    boolean unfinished = Files.exists(folder.resolve(UNFINISHED));
    boolean cut = bytes.size() % layout.pageBytes() != 0 || bytes.cutShort() != null;
    recording.areas.add(new CpuArea(bytes, "", cpu(folder, file), 0, bytes.size(), layout, BlockCompression.NONE, cut || unfinished));
    if (cut) {
      recording.cutShort = "%s ends in the middle of a page, at byte %d: it is cut short".formatted(folder.relativize(file), bytes.size());
    } else if (unfinished) {
      recording.cutShort = "the recording was broken off: what the recorder had in its hands is missing";
    }
  }

  /** The byte order in which the first page's commit makes sense. */
  private static Numbers order(List<FileBytes> files, PageLayout layout) throws CaptureException {
    byte[] head = new byte[layout.dataOffset()];
    for (FileBytes file : files) {
      if (file.read(0, head, 0, head.length) == head.length) {
        for (Numbers order : Numbers.values()) {
          int used = (int) order.read(head, layout.commitOffset(), layout.commitSize(), false) & PageDecoder.COMMIT_MASK;
          if (used > 0 && used <= layout.dataBytes()) {
            return order;
          }
        }
      }
    }
    return Numbers.LITTLE_ENDIAN;
  }

  private void describe(Recording recording) throws IOException, CaptureException {
    Path events = folder.resolve("events");
    try (Stream<Path> formats = Files.find(events, 3, (file, facts) -> facts.isRegularFile() && name(file).equals("format"))) {
      for (Path format : (Iterable<Path>) formats.sorted()::iterator) {
        format(format, events, recording);
      }
    }
    recording
        .records
        .functions()
        .symbols(this::symbols, "copy /proc/kallsyms as root, in the same boot as the pages, to the file kallsyms beside the folder events");
    if (Files.isRegularFile(folder.resolve("trace_clock"))) {
      recording.clocks(text(folder.resolve("trace_clock")));
    }
    if (Files.isRegularFile(folder.resolve("saved_cmdlines"))) {
      recording.comms(text(folder.resolve("saved_cmdlines")));
    }
    if (Files.isRegularFile(folder.resolve("uname"))) {
      DatOptions.uname(recording, text(folder.resolve("uname")));
    }
    if (Files.isRegularFile(folder.resolve(FACTS))) {
      DatOptions.facts(recording, text(folder.resolve(FACTS)));
    }
    if (Files.isDirectory(folder.resolve("stats"))) {
      try (Stream<Path> stats = Files.list(folder.resolve("stats"))) {
        for (Path cpu : (Iterable<Path>) stats.sorted()::iterator) {
          recording.stat.add(text(cpu));
        }
      }
    }
  }

  /** A copy of /proc/kallsyms, from the same boot as the pages. */
  private KernelSymbols symbols() throws IOException, CaptureException {
    Path file = folder.resolve("kallsyms");
    if (!Files.isRegularFile(file)) {
      return KernelSymbols.NONE;
    }
    try (FileBytes bytes = bytes(file)) {
      byte[] text = new byte[(int) Math.min(bytes.size(), DatReader.MOST_BYTES)];
      return KernelSymbols.of(text, 0, bytes.read(0, text, 0, text.length));
    }
  }

  private void format(Path format, Path events, Recording recording) throws IOException, CaptureException {
    try {
      recording.format(events.relativize(format).getName(0).toString(), text(format));
    } catch (IllegalArgumentException e) {
      throw new CaptureException(path, "%s: %s".formatted(folder.relativize(format), e.getMessage()), e);
    }
  }

  private static String text(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MOST_TEXT_BYTES), StandardCharsets.UTF_8);
    }
  }
}
