package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.bytes.Ascii;
import io.vmatrace.parser.bytes.ByteScan;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.EventNames;
import io.vmatrace.parser.stat.ImportStat;
import io.vmatrace.parser.stat.ImportStats;
import io.vmatrace.parser.text.EventLines;
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
  private static final int AHEAD = LinePrefix.COLUMNS_AHEAD + 64;

  /** The line before a trace that Android's atrace prints. */
  private static final byte[] ATRACE = "TRACE:".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] FRAME = " => ".getBytes(StandardCharsets.US_ASCII);

  private final Layout layout;
  private final int lineBytes;
  private final EventLines lines;
  private final LinePrefix prefix = new LinePrefix();

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
  public void decode(byte[] b, int from, int to, boolean complete, EventBatch out, ImportStats stats) {
    int line = (int) stats.lines();
    boolean raw = out.isRawKept();
    for (int p = from; p < to; line++) {
      int before = out.size();
      boolean columns = layout == Layout.COMMON && to - p > AHEAD && prefix.readColumns(b, p);
      int end = columns ? usual(b, p, to, line, out, stats) : -1;
      int next = end + 1;
      if (end < 0) {
        end = ByteScan.newline(b, p, to);
        next = end < to ? end + 1 : to;
        if (end == to && !complete && end > p && b[p] != '#') {
          EventLines.damaged(ImportStat.CUT_SHORT, b, p, end, next - p, line, out, stats);
        } else if (columns && end - p <= lineBytes) {
          lines.event(prefix, b, p, end, next - p, line, out, stats);
        } else {
          line(b, p, end, next - p, line, out, stats);
        }
      }
      if (raw && out.size() > before) {
        out.putRaw(b, p, end, 0);
      }
      p = next;
    }
    lines.drainTo(stats);
  }

  /** Whether a line begins as an event does. */
  boolean isEvent(byte[] b, int from, int to) {
    return prefix.read(layout, b, from, to);
  }

  /** Hands over what has been counted apart; a chunk ends. */
  void drainTo(ImportStats stats) {
    lines.drainTo(stats);
  }

  @Override
  public @Nullable LineFacts facts(byte[] b, int from, int to) {
    if (!prefix.read(layout, b, from, to)) {
      return null;
    }
    int nameTo = EventLines.afterName(b, prefix.textFrom, to);
    String comm = new String(b, prefix.commFrom, prefix.commTo - prefix.commFrom, StandardCharsets.UTF_8).strip();
    String event = new String(b, prefix.textFrom, nameTo - prefix.textFrom, StandardCharsets.UTF_8);
    return new LineFacts(prefix.pid, comm, prefix.cpu, prefix.time, prefix.inSeconds, event);
  }

  @Override
  public boolean isStackTrace(byte[] b, int from, int to) {
    return prefix.read(layout, b, from, to) && EventLines.isStack(b, prefix.textFrom, to);
  }

  @Override
  public boolean isFrame(byte[] b, int from, int to) {
    return Ascii.startsWith(b, from, to, FRAME);
  }

  /** Decodes one line. */
  void line(byte[] b, int from, int to, int bytes, int line, EventBatch out, ImportStats stats) {
    if (to == from) {
      stats.header(bytes);
    } else if (to - from > lineBytes) {
      EventLines.damaged(ImportStat.TOO_LONG, b, from, to, bytes, line, out, stats);
    } else if (b[from] == '#') {
      LossMarkers.bufferStarted(b, from, to, line, out, stats);
      stats.header(bytes);
    } else if (b[from] == 'C' && LossMarkers.ofCpu(b, from, to, line, out, stats)) {
      stats.header(bytes);
    } else if (isFrame(b, from, to)) {
      stats.attached(bytes);
    } else if (!prefix.read(layout, b, from, to)) {
      noEvent(b, from, to, bytes, line, out, stats);
    } else {
      lines.event(prefix, b, from, to, bytes, line, out, stats);
    }
  }

  private void noEvent(byte[] b, int from, int to, int bytes, int line, EventBatch out, ImportStats stats) {
    boolean atrace = layout == Layout.COMMON && Ascii.startsWith(b, from, to, ATRACE);
    if (atrace || layout == Layout.TRACE_CMD && TraceCmdHeader.isHeader(b, from, to, line, out, stats)) {
      stats.header(bytes);
    } else {
      EventLines.damaged(ImportStat.NOT_AN_EVENT, b, from, to, bytes, line, out, stats);
    }
  }

  /** Reads a line of the shapes that most lines have, whose prefix has been read; where it ends, or -1 when it is none. */
  private int usual(byte[] b, int from, int to, int line, EventBatch out, ImportStats stats) {
    EventKind kind = UsualLines.kind(b, prefix.textFrom);
    if (kind == null) {
      return -1;
    }
    add(kind, line, out);
    int end = UsualLines.values(kind, b, prefix.textFrom, to, out);
    if (end < 0 || end == to || end - from > lineBytes) {
      out.removeLast();
      return -1;
    }
    stats.time(true);
    stats.decoded(end + 1 - from);
    if (kind == EventKind.MMAP_LOCK_START_LOCKING) {
      stats.pointer(out.lastValue(0));
    }
    return end;
  }

  private void add(EventKind kind, int line, EventBatch out) {
    out.add(kind, prefix.pid, prefix.cpu, prefix.time, line, prefix.commFrom, prefix.context);
  }
}
