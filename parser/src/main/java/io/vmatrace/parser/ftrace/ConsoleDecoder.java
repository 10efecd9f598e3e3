package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.bytes.Ascii;
import io.vmatrace.parser.bytes.ByteScan;
import io.vmatrace.parser.event.ConsoleReport;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.KernelLog;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.event.specs.MarkerEvents;
import io.vmatrace.parser.stat.ImportStat;
import io.vmatrace.parser.stat.ImportStats;
import io.vmatrace.parser.text.Chunk;
import io.vmatrace.parser.text.EventLines;
import io.vmatrace.parser.text.LineDecoder;
import io.vmatrace.parser.text.LineFacts;
import io.vmatrace.parser.text.LossMarkers;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the dumps of the trace in a kernel log, and keeps the kernel's reports around them. All lines must be seen
 * in order. Shape of a dump: kernel/trace/trace.c ftrace_dump_one() (6.10 on), ftrace_dump() (before); the lines have the latency
 * layout, because it sets TRACE_FILE_LAT_FMT.
 *
 * <pre>
 * [   12.345678] Dumping ftrace buffer:
 * [   12.345680] ---------------------------------
 * [   12.345690] CPU:0 [LOST 77 EVENTS]
 * [   12.345699] workload-45        0...1. 2471515us : mmap_lock_released: mm=ff2a6b768013ca80 memcg_id=0 write=true
 * [   12.345702] ---------------------------------
 * </pre>
 *
 * A foreign line inside a dump means that other output came between. Where the lines have printk's stamps each is a record of its own, and
 * nothing is lost; else the line before it may be torn, and unless that ends as usual both count as damaged.
 */
final class ConsoleDecoder implements LineDecoder {
  /** {@code Dumping ftrace buffer:}, {@code Dumping ftrace instance NAME buffer:}. */
  static final byte[] DUMPING = ConsoleLine.ascii("Dumping ftrace ");

  private static final byte[] SEPARATOR = ConsoleLine.ascii("---------------------------------");
  private static final byte[] EMPTY = ConsoleLine.ascii("(ftrace buffer empty)");
  private static final byte[] LOST = ConsoleLine.ascii("CPU:");

  /** {@code ** 123 printk messages dropped **} (kernel/printk/printk.c). */
  private static final byte[] STARS = ConsoleLine.ascii("** ");

  private static final byte[] DROPPED = ConsoleLine.ascii("printk messages dropped");

  /** What stands in every event of a dump, in either layout. */
  private static final byte[] LATENCY_MARK = ConsoleLine.ascii("us : ");

  private static final byte[] VERBOSE_MARK = ConsoleLine.ascii("ms (");

  /** After so many foreign lines in a row the dump counts as cut: the machine was reset, or boots again. */
  private static final int MOST_STRAYS = 12;

  private final int lineBytes;
  private final FtraceDecoder latency;
  private final FtraceDecoder verbose;
  private final WholeEvents wholeEvents;
  private final ConsoleLine text;
  private final ConsoleLine ahead;
  private final KernelReports reports = new KernelReports();
  private final Widths widths = new Widths();
  private final Set<String> dumpedBy = new LinkedHashSet<>();

  private boolean emptyDump;
  private boolean cutDump;
  private boolean cutHead;

  /** Whether the last line was one of dashes. */
  private boolean dashed;

  private long linesBefore;
  private boolean inDump;

  /** Whether the heading of the dump was there. */
  private boolean announced;

  private boolean opened;

  /** Whether it is known whose dump it is. */
  private boolean named;

  /** Whether the last event of the dump may be torn, or there is none yet. */
  private boolean torn;

  private boolean anyEvents;
  private int strays;
  private int cpu = -1;
  private boolean severalCpus;
  private long time;

  /** @param margin what stands before every line */
  ConsoleDecoder(ConsoleMargin margin, int lineBytes, EventNames names) {
    this.lineBytes = lineBytes;
    text = new ConsoleLine(margin);
    ahead = new ConsoleLine(margin);
    latency = new FtraceDecoder(Layout.LATENCY, lineBytes, names);
    verbose = new FtraceDecoder(Layout.VERBOSE, lineBytes, names);
    wholeEvents = new WholeEvents(lineBytes, names);
  }

  @Override
  public void decode(Chunk chunk, EventBatch out, ImportStats stats) {
    byte[] b = chunk.bytes;
    int to = chunk.to;
    boolean holdNuls = OddBytes.holdNuls(b, chunk.from, to);
    OddBytes.softenBlanks(b, chunk.from, to);
    text.wrapping.move(b, chunk.from, to);
    for (int p = chunk.from; p < to; ) {
      int end = ByteScan.newline(b, p, to);
      int next = Math.min(end + 1, to);
      int nuls = holdNuls ? OddBytes.removeNuls(b, p, end) : 0;
      if (nuls > 0) {
        stats.problem(ImportStat.NUL_BYTES, "%d bytes".formatted(nuls));
      }
      int before = out.size();
      widths.note(b, p, end);
      text.read(b, p, end, next);
      text.place = (int) stats.lines();
      if (end == to && !chunk.complete && inDump) {
        damaged(ImportStat.CUT_SHORT, out, stats);
      } else {
        line(next, to, out, stats);
      }
      if (out.isRawKept() && out.size() > before) {
        out.putRaw(b, p, end, 0);
      }
      p = next;
    }
    latency.drainTo(stats);
    verbose.drainTo(stats);
    linesBefore += stats.lines();
  }

  private void line(int next, int to, EventBatch out, ImportStats stats) {
    FtraceDecoder decoder = text.length() <= lineBytes ? decoder(text) : null;
    if (text.starts(DUMPING)) {
      begin(out);
      stats.header(text.bytes);
    } else if (isSeparator(text)) {
      separate(out);
      stats.header(text.bytes);
    } else if (isEmptyDump()) {
      emptyDump = true;
      inDump = false;
      stats.header(text.bytes);
    } else if (decoder != null) {
      event(decoder, isTornBefore(decoder, text.b, next, to), out, stats);
    } else if (inDump) {
      betweenEvents(out, stats);
    } else {
      reports.line(linesBefore + stats.lines() + 1, text);
      stats.header(text.bytes);
    }
    dashed = isSeparator(text);
  }

  /** A dump begins. The dump before it has emptied the buffer, and tracing was off in between. */
  private void begin(EventBatch out) {
    if (anyEvents) {
      out.addMarker(MarkerEvents.DUMP_STARTED, -1, 0, text.place, text.offset);
    }
    cutDump |= isOpenDump();
    inDump = true;
    announced = true;
    opened = false;
    named = false;
    torn = true;
    strays = 0;
    cpu = -1;
    severalCpus = false;
  }

  /** The line of dashes at the beginning or at the end of a dump. */
  private void separate(EventBatch out) {
    if (inDump && opened) {
      ConsoleReport died = reports.deathInFault();
      if (died != null && severalCpus) {
        text.pid = died.pid();
        text.cpu = died.cpu();
        text.time = time;
        text.context = '.';
        out.add(MarkerEvents.DIED_IN_FAULT, text);
      }
      inDump = false;
    }
    opened = inDump;
  }

  /** Whether a dump that has begun has not ended yet. */
  private boolean isOpenDump() {
    return inDump && announced && opened;
  }

  private void event(FtraceDecoder decoder, boolean tornBefore, EventBatch out, ImportStats stats) {
    boolean headless = !inDump;
    torn = tornBefore;
    if (headless) {
      cutHead |= !anyEvents && !announced && !dashed;
      inDump = true;
      announced = false;
      named = false;
      cpu = -1;
      severalCpus = false;
    }
    opened = true;
    strays = 0;
    boolean whole = wholeEvents.isWhole(layout(decoder), text);
    if (torn || !whole || headless && anyEvents) {
      damaged(ImportStat.TORN_IN_DUMP, out, stats);
      return;
    }
    int before = out.size();
    decoder.line(text, out, stats);
    if (!named) {
      named = true;
      String release = reports.release();
      if (release != null) {
        dumpedBy.add(release);
      }
    }
    anyEvents = true;
    if (out.size() > before && out.cpu(before) >= 0) {
      severalCpus |= cpu >= 0 && cpu != out.cpu(before);
      cpu = out.cpu(before);
      time = out.time(before);
    }
  }

  /** A line inside a dump that is no event. */
  private void betweenEvents(EventBatch out, ImportStats stats) {
    if (text.isBlank()) {
      stats.header(text.bytes);
    } else if (isMarker(text)) {
      latency.line(text, out, stats);
    } else {
      reports.line(linesBefore + stats.lines() + 1, text);
      if (!torn && isOnItsOwn(text)) {
        stats.header(text.bytes);
      } else {
        damaged(isDropped(text) ? ImportStat.MESSAGES_DROPPED : ImportStat.TORN_IN_DUMP, out, stats);
      }
      strays++;
      cutDump |= strays >= MOST_STRAYS && isOpenDump();
      inDump = strays < MOST_STRAYS;
    }
  }

  /** Whether a foreign line is whole, and holds no piece of an event: printk's records are written one after the other. */
  private boolean isOnItsOwn(ConsoleLine line) {
    return !isDropped(line) && (line.timed || !line.contains(LATENCY_MARK) && !line.contains(VERBOSE_MARK));
  }

  /** {@code    (ftrace buffer empty)}, with as many blanks as the log's way has left. */
  private boolean isEmptyDump() {
    return Ascii.startsWith(text.b, Ascii.afterSpaces(text.b, text.from, text.to), text.to, EMPTY);
  }

  private boolean isDropped(ConsoleLine line) {
    return line.starts(STARS) && line.contains(DROPPED);
  }

  private void damaged(ImportStat stat, EventBatch out, ImportStats stats) {
    EventLines.damaged(stat, text, out, stats);
    anyEvents = true;
  }

  /** Whether the next lines show that this one may be torn: they are no lines of a dump, nor of a record each, and this one does not end as usual. */
  private boolean isTornBefore(FtraceDecoder decoder, byte[] b, int next, int to) {
    int foreign = 0;
    for (int p = next; p < to; ) {
      int end = ByteScan.newline(b, p, to);
      ahead.read(b, p, end, end + 1);
      if (!ahead.isBlank()) {
        if (end == to) {
          return false; // a last line without an end is judged by itself
        }
        if (isOfDump(ahead)) {
          return foreign > 0 && !text.timed && !wholeEvents.endsAsUsual(layout(decoder), text);
        }
        boolean record = text.timed && (ahead.timed || text.tagged && ahead.dated);
        if (!isOnItsOwn(ahead) || !record && foreign > 0 || ++foreign >= MOST_STRAYS) {
          return true;
        }
      }
      p = end + 1;
    }
    return foreign > 0 && !text.timed;
  }

  private boolean isOfDump(ConsoleLine line) {
    return isMarker(line) || isSeparator(line) || line.starts(DUMPING) || decoder(line) != null;
  }

  private Layout layout(FtraceDecoder decoder) {
    return decoder == latency ? Layout.LATENCY : Layout.VERBOSE;
  }

  /** The decoder of an event's layout, or null when the line does not begin as an event. */
  private @Nullable FtraceDecoder decoder(ConsoleLine line) {
    if (latency.isEvent(line)) {
      return latency;
    }
    return verbose.isEvent(line) ? verbose : null;
  }

  private boolean isMarker(ConsoleLine line) {
    boolean comment = line.length() > 0 && line.b[line.from] == '#';
    return comment || line.starts(LOST) && LossMarkers.isLost(line) || latency.isFrame(line.b, line.from, line.to);
  }

  private static boolean isSeparator(ConsoleLine line) {
    return line.starts(SEPARATOR) && Ascii.afterSpaces(line.b, line.from + SEPARATOR.length, line.to) == line.to;
  }

  @Override
  public @Nullable LineFacts facts(byte[] b, int from, int to) {
    text.read(b, from, to, to);
    FtraceDecoder decoder = decoder(text);
    return decoder == null ? null : decoder.facts(b, text.from, text.to);
  }

  @Override
  public boolean isStackTrace(byte[] b, int from, int to) {
    text.read(b, from, to, to);
    FtraceDecoder decoder = decoder(text);
    return decoder != null && decoder.isStackTrace(b, text.from, text.to);
  }

  @Override
  public boolean isFrame(byte[] b, int from, int to) {
    text.read(b, from, to, to);
    return latency.isFrame(b, text.from, text.to);
  }

  @Override
  public KernelLog log() {
    return new KernelLog(reports.all(), reports.releases(), emptyDump, cutHead, cutDump || isOpenDump(), List.copyOf(dumpedBy), widths.wrappedAt());
  }
}
