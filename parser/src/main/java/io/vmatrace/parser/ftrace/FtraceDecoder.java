package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.bytes.Ascii;
import io.vmatrace.parser.bytes.ByteScan;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.event.specs.MmapLockEvents;
import io.vmatrace.parser.stat.ImportStat;
import io.vmatrace.parser.stat.ImportStats;
import io.vmatrace.parser.text.Chunk;
import io.vmatrace.parser.text.EventLines;
import io.vmatrace.parser.text.Line;
import io.vmatrace.parser.text.LineDecoder;
import io.vmatrace.parser.text.LineFacts;
import io.vmatrace.parser.text.LossMarkers;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the kernel's own text: {@code trace}, {@code trace_pipe} and their per-CPU forms. One decoder serves one thread; it
 * keeps nothing from one chunk to the next.
 *
 * <pre>
 *         workload-234     [000] .....    11.612632: mmap_lock_start_locking: mm=ff3f3d244105b700 memcg_path=/ write=true
 * </pre>
 */
public final class FtraceDecoder implements LineDecoder {
  /** How far the readers of usual lines may look: for the columns, a name and a first value. */
  private static final int AHEAD = FixedColumns.AHEAD + 64;

  /** The line before a trace that Android's atrace prints. */
  private static final byte[] ATRACE = "TRACE:".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] FRAME = " => ".getBytes(StandardCharsets.US_ASCII);

  private final Layout layout;
  private final int lineBytes;
  private final EventLines lines;
  private final LinePrefix prefix = new LinePrefix();
  private final FixedColumns columns = new FixedColumns();
  private final Line line = new Line();

  /**
   * @param layout how the lines begin
   * @param lineBytes the longest line that is looked at
   */
  public FtraceDecoder(Layout layout, int lineBytes, EventNames names) {
    this.layout = layout;
    this.lineBytes = lineBytes;
    lines = new EventLines(names);
  }

  @Override
  public void decode(Chunk chunk, EventBatch out, ImportStats stats) {
    byte[] b = chunk.bytes;
    int to = chunk.to;
    boolean raw = out.isRawKept();
    line.place = (int) stats.lines();
    for (int p = chunk.from; p < to; line.place++) {
      int before = out.size();
      line.move(b, p, p, p); // where it ends need not be known
      boolean inColumns = layout == Layout.COMMON && to - p > AHEAD && columns.read(line);
      int end = inColumns ? usual(to, out, stats) : -1;
      int next = end + 1;
      if (end < 0) {
        end = ByteScan.newline(b, p, to);
        next = end < to ? end + 1 : to;
        line.move(b, p, end, next);
        if (end == to && !chunk.complete && end > p && b[p] != '#') {
          EventLines.damaged(ImportStat.CUT_SHORT, line, out, stats);
        } else if (inColumns && end - p <= lineBytes) {
          lines.event(line, out, stats);
        } else {
          line(line, out, stats);
        }
      }
      if (raw && out.size() > before) {
        out.putRaw(b, p, end, 0);
      }
      p = next;
    }
    lines.drainTo(stats);
  }

  /** Whether a line begins as an event does; then its head has been read. */
  boolean isEvent(Line of) {
    return prefix.read(layout, of);
  }

  /** Hands over the separate counts at the end of a chunk. */
  void drainTo(ImportStats stats) {
    lines.drainTo(stats);
  }

  @Override
  public @Nullable LineFacts facts(byte[] b, int from, int to) {
    line.move(b, from, to, to);
    if (!prefix.read(layout, line)) {
      return null;
    }
    int nameTo = EventLines.afterName(b, line.textFrom, to);
    String comm = new String(b, line.commFrom, line.commTo - line.commFrom, StandardCharsets.UTF_8).strip();
    String event = new String(b, line.textFrom, nameTo - line.textFrom, StandardCharsets.UTF_8);
    return new LineFacts(line.pid, comm, line.cpu, line.time, line.inSeconds, event);
  }

  @Override
  public boolean isStackTrace(byte[] b, int from, int to) {
    line.move(b, from, to, to);
    return prefix.read(layout, line) && EventLines.isStack(b, line.textFrom, to);
  }

  @Override
  public boolean isFrame(byte[] b, int from, int to) {
    return Ascii.startsWith(b, from, to, FRAME);
  }

  /** Decodes one line. */
  void line(Line of, EventBatch out, ImportStats stats) {
    if (of.length() == 0) {
      stats.header(of.bytes);
    } else if (of.length() > lineBytes) {
      EventLines.damaged(ImportStat.TOO_LONG, of, out, stats);
    } else if (of.b[of.from] == '#') {
      LossMarkers.bufferStarted(of, out, stats);
      stats.header(of.bytes);
    } else if (of.b[of.from] == 'C' && LossMarkers.ofCpu(of, of.from, out, stats)) {
      stats.header(of.bytes);
    } else if (isFrame(of.b, of.from, of.to)) {
      stats.attached(of.bytes);
    } else if (!prefix.read(layout, of)) {
      noEvent(of, out, stats);
    } else {
      lines.event(of, out, stats);
    }
  }

  private void noEvent(Line of, EventBatch out, ImportStats stats) {
    int first = afterQuotes(of);
    if (first == of.to || of.b[first] == '#') {
      of.from = first;
      LossMarkers.bufferStarted(of, out, stats);
      stats.header(of.bytes);
      return;
    }
    if (first > of.from && of.b[first] == 'C' && LossMarkers.ofCpu(of, first, out, stats)) {
      stats.header(of.bytes);
      return;
    }
    boolean atrace = layout == Layout.COMMON && Ascii.startsWith(of.b, of.from, of.to, ATRACE);
    if (atrace || layout == Layout.TRACE_CMD && TraceCmdHeader.isHeader(of, out, stats)) {
      stats.header(of.bytes);
    } else {
      EventLines.damaged(ImportStat.NOT_AN_EVENT, of, out, stats);
    }
  }

  /** Where a line begins without the blanks and quote marks of a mail. */
  private static int afterQuotes(Line of) {
    int i = of.from;
    while (i < of.to && (of.b[i] == ' ' || of.b[i] == '>')) {
      i++;
    }
    return i;
  }

  /** Reads the values of a line of the shapes that most lines have, whose head has been read; where it ends, or -1 when it has none of them. */
  private int usual(int to, EventBatch out, ImportStats stats) {
    byte[] b = line.b;
    int text = line.textFrom;
    EventKind kind = UsualLines.kind(b, text);
    if (kind == null) {
      return -1;
    }
    out.add(kind, line);
    int end = UsualLines.values(kind, b, text, to, out);
    if (end < 0 || end == to || end - line.from > lineBytes) {
      out.removeLast();
      return -1;
    }
    stats.time(true);
    stats.decoded(end + 1 - line.from);
    if (kind == MmapLockEvents.MMAP_LOCK_START_LOCKING) {
      stats.pointer(out.lastValue(0));
    }
    return end;
  }
}
