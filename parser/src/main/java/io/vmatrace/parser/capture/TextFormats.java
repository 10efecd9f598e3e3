package io.vmatrace.parser.capture;

import io.vmatrace.parser.bytes.ByteScan;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.ftrace.ConsoleFormat;
import io.vmatrace.parser.ftrace.FunctionGraph;
import io.vmatrace.parser.ftrace.Layout;
import io.vmatrace.parser.ftrace.LogSigns;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureLimits;
import io.vmatrace.parser.input.Compression;
import io.vmatrace.parser.input.Input;
import io.vmatrace.parser.perf.PerfScript;
import io.vmatrace.parser.stat.ImportStat;
import io.vmatrace.parser.stat.ImportStats;
import io.vmatrace.parser.text.Chunk;
import io.vmatrace.parser.text.LineFormat;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which of the text formats an input is in, by its first lines, or why it is in none. */
final class TextFormats {
  /** Candidates; where two of them read as many lines, the first is taken. */
  private static final List<LineFormat> FORMATS =
      Stream.<LineFormat[]>of(Layout.values(), PerfScript.values(), FunctionGraph.values()).<LineFormat>flatMap(Arrays::stream).toList();

  /** Lines that nobody can read for each event: no capture is damaged so much. */
  private static final int LINES_OF_PROSE = 10;

  /** So many bytes without a line, or zeros to begin with, and there is no text behind them. */
  private static final int WITHOUT_A_LINE = 64 << 10;

  /** One byte of so many of a text may be no letter. */
  private static final int ODD_OF_TEXT = 50;

  private static final int LOOKED_AT_FIRST = 4 << 10;

  /** About as many as are in that; the batch grows where more is looked at. */
  private static final int FEW_EVENTS = 64;

  private static final int LOOKED_AT_MOST = 1 << 20;

  private final String path;
  private final CaptureLimits limits;
  private final EventNames names;
  private String ground = "";

  /** Whether there are zeros among the first bytes. */
  private boolean holdsZeros;

  TextFormats(String path, CaptureLimits limits, EventNames names) {
    this.path = path;
    this.limits = limits;
    this.names = names;
  }

  /** What in the lines tells the format. */
  String ground() {
    return ground;
  }

  /** Looks at the first bytes, before anything looks for the end of a line. */
  void refuseWhatIsNoText(Input input) throws CaptureException {
    byte[] head = input.head(LOOKED_AT_FIRST);
    if (head.length == 0 && input.isStopped()) {
      throw new CaptureException(path, "nothing of it had come when it was stopped");
    }
    if (head.length == 0 && input.cutShort() != null) {
      throw new CaptureException(path, input.cutShort() + ", before anything in it can be read; copy the file again");
    }
    if (ArchiveKind.sniff(head, head.length) != null) {
      throw new CaptureException(path, "this is an archive, in another one or from standard input: unpack it and hand over what is inside");
    }
    if (head.length == 0) {
      throw CaptureException.noCapture(path, isPage(input) ? "this is an HTML page without a trace in <script class=\"trace-data\">: copy the text from it" : "empty: there is nothing to read in it");
    }
    ForeignFormat foreign = ForeignFormat.sniff(head, head.length).orElse(null);
    if (foreign != null) {
      throw CaptureException.noCapture(path, "this is " + foreign.text());
    }
    String wide = EncodedText.utf16(head);
    if (wide != null) {
      throw CaptureException.noCapture(path, "is text in UTF-16, as PowerShell writes it: convert it (iconv -f %s -t UTF-8)".formatted(wide));
    }
    if (count(head, '\n') == 0 && count(head, '\r') > 1 && count(input.head(WITHOUT_A_LINE), '\n') == 0) {
      throw CaptureException.noCapture(path, "has lines that end in a carriage return alone: convert it (tr '\\r' '\\n')");
    }
    holdsZeros = zeros(head) > 0;
    byte[] more = zeros(head) == head.length ? input.head(WITHOUT_A_LINE) : head;
    if (zeros(more) == more.length) {
      throw CaptureException.noCapture(path, "is binary, with zeros only to begin with: an archive without a file in it, or bytes that were never written");
    }
  }

  private static boolean isPage(Input input) {
    return input.compression() == Compression.HTML || input.compression() == Compression.HTML_ONLY;
  }

  private static int zeros(byte[] bytes) {
    return count(bytes, 0);
  }

  private static int count(byte[] bytes, int wanted) {
    int count = 0;
    for (byte b : bytes) {
      count += b == wanted ? 1 : 0;
    }
    return count;
  }

  /** Whether the bytes are a text but for zeros, which consoles and files that a crash cut off have. */
  private static boolean isTextWithZeros(Chunk first) {
    int odd = 0;
    for (int i = first.from; i < first.to; i++) {
      byte b = first.bytes[i];
      odd += b < 0x20 && b != 0 && b != '\n' && b != '\r' && b != '\t' && b != 0x1b ? 1 : 0;
    }
    return odd * ODD_OF_TEXT < first.to - first.from;
  }

  /** The format of the lines in the first chunk. */
  LineFormat recognise(Chunk first) throws CaptureException {
    String encoded = EncodedText.of(first.bytes, first.to);
    if (encoded != null) {
      throw CaptureException.noCapture(path, "this is " + encoded);
    }
    Choice found = holdsZeros ? null : byEvents(first);
    ConsoleFormat log = log(first, found);
    if (log != null) {
      ground = log.ground();
      return log;
    }
    if (holdsZeros) {
      throw CaptureException.noCapture(path, "is binary, and of no format that this program knows");
    }
    if (found != null && !found.isProse()) {
      ground = "%s (%d of the first %d lines, and no other format reads more)".formatted(found.format().ground(), found.read(), found.lines());
      return found.format();
    }
    if (new String(first.bytes, first.from, Math.min(first.to - first.from, 256), StandardCharsets.ISO_8859_1).startsWith("# tracer:")) {
      ground = "the first line, # tracer:, of a trace without an event";
      return Layout.COMMON;
    }
    String few = found == null ? "none" : "only %d".formatted(found.events());
    throw CaptureException.noCapture(path, "is not a trace: %s of its lines %s as the kernel, trace-cmd report or perf script prints it".formatted(few, few.equals("only 1") || found == null ? "is an event" : "are events"));
  }

  /** The kernel's log that the lines are, whatever else reads some of them, or null; a dump in a log has the latency layout. */
  private @Nullable ConsoleFormat log(Chunk first, @Nullable Choice found) {
    boolean dump = found != null && (found.format() == Layout.LATENCY || found.format() == Layout.VERBOSE);
    if (found != null && !dump && found.read() == found.lines() && found.known() > 0) {
      return null;
    }
    ConsoleFormat log = ConsoleFormat.of(first.bytes, first.from, first.to);
    LogSigns signs = log.signs(first.bytes, first.from, found == null || dump ? first.to : found.looked());
    if (holdsZeros) {
      return signs.isLog() && isTextWithZeros(first) ? log : null;
    }
    return found == null || dump ? signs.isLog() ? log : null : signs.outweighs(found.known(), found.events(), found.lines()) ? log : null;
  }

  private @Nullable Choice byEvents(Chunk first) {
    for (int looked = LOOKED_AT_FIRST; ; looked *= 16) {
      Choice best = choose(first, Math.min(first.to, looked));
      boolean last = looked >= Math.min(first.to, LOOKED_AT_MOST);
      if (best != null && (last || best.read() == best.lines())) {
        return best;
      }
      if (last) {
        return null;
      }
    }
  }

  /**
   * How many of the lines in the first {@code looked} bytes a format reads.
   *
   * @param events how many of them are events
   * @param known events whose names are known
   */
  private record Choice(LineFormat format, long read, long lines, long events, long known, int looked) {
    /** Whether these are lines about something else, among which some events are quoted. */
    boolean isProse() {
      return !LogSigns.isTrace(known) && events * LINES_OF_PROSE < lines - read;
    }
  }

  /** The format that reads most of the first lines, of those that find an event or a marker in them; null when none does. */
  private @Nullable Choice choose(Chunk first, int looked) {
    Chunk head = new Chunk(first.bytes, first.from, looked == first.to ? looked : ByteScan.afterLastNewline(first.bytes, 0, looked));
    Choice best = null;
    EventBatch events = new EventBatch(FEW_EVENTS);
    ImportStats counts = new ImportStats();
    for (LineFormat candidate : FORMATS) {
      events.clear();
      counts.clear();
      candidate.decoder(limits.lineBytes(), names).decode(head, events, counts);
      long withoutTask = withoutTask(counts);
      long known = counts.decoded() + counts.ignored() + withoutTask;
      boolean holdsEvents = known + counts.lost() > 0 || counts.unknown() > 0 && areUnmistakable(events);
      long read = counts.lines() - counts.damaged() + withoutTask;
      if (holdsEvents && (best == null || read > best.read())) {
        best = new Choice(candidate, read, counts.lines(), known + counts.unknown(), known, head.to);
      }
      if (best != null && best.read() == best.lines()) {
        break; // no other reads more than all of them
      }
    }
    return best;
  }

  /** Whether events of unknown names have a time or a CPU: without, a line of a program or of /etc/group may look like one. */
  private static boolean areUnmistakable(EventBatch events) {
    for (int i = 0; i < events.size(); i++) {
      if (events.cpu(i) >= 0 || events.time(i) != 0) {
        return true;
      }
    }
    return false;
  }

  /** Events that are well written and of no use without their tasks. */
  private static long withoutTask(ImportStats counts) {
    return counts.problems().stream().filter(p -> p.stat() == ImportStat.NO_TASK).mapToLong(ImportStats.Problem::count).sum();
  }
}
