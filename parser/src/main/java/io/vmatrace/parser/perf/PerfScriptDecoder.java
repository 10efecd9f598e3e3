package io.vmatrace.parser.perf;

import io.vmatrace.parser.bytes.Ascii;
import io.vmatrace.parser.bytes.ByteScan;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventNames;
import io.vmatrace.parser.stat.ImportStat;
import io.vmatrace.parser.stat.ImportStats;
import io.vmatrace.parser.text.EventLines;
import io.vmatrace.parser.text.LineDecoder;
import io.vmatrace.parser.text.LineFacts;
import io.vmatrace.parser.text.LossMarkers;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Decodes the text of perf script. The lines of a call chain, which begin with a tab, belong to the event before them. */
final class PerfScriptDecoder implements LineDecoder {
  private static final byte[] LOST = "PERF_RECORD_LOST".getBytes(StandardCharsets.US_ASCII);

  private final int lineBytes;
  private final EventLines lines;
  private final PerfScriptHead head = new PerfScriptHead();

  PerfScriptDecoder(int lineBytes, EventNames names) {
    this.lineBytes = lineBytes;
    lines = new EventLines(names);
  }

  @Override
  public void decode(byte[] b, int from, int to, boolean complete, EventBatch out, ImportStats stats) {
    int line = (int) stats.lines();
    for (int p = from; p < to; line++) {
      int before = out.size();
      int end = ByteScan.newline(b, p, to);
      int next = end < to ? end + 1 : to;
      if (end == to && !complete && end > p && b[p] != '#') {
        EventLines.damaged(ImportStat.CUT_SHORT, b, p, end, next - p, line, out, stats);
      } else {
        line(b, p, end, next - p, line, out, stats);
      }
      if (out.isRawKept() && out.size() > before) {
        out.putRaw(b, p, end, 0);
      }
      p = next;
    }
    lines.drainTo(stats);
  }

  private void line(byte[] b, int from, int to, int bytes, int line, EventBatch out, ImportStats stats) {
    if (to == from || b[from] == '#') {
      stats.header(bytes);
    } else if (to - from > lineBytes) {
      EventLines.damaged(ImportStat.TOO_LONG, b, from, to, bytes, line, out, stats);
    } else if (isFrame(b, from, to)) {
      stats.attached(bytes);
    } else if (!head.read(b, from, to)) {
      EventLines.damaged(ImportStat.NOT_AN_EVENT, b, from, to, bytes, line, out, stats);
    } else if (head.record >= 0) {
      record(b, from, to, bytes, line, out, stats);
    } else {
      lines.event(head, b, from, to, bytes, line, out, stats);
    }
  }

  /** {@code PERF_RECORD_LOST lost 25} of --show-lost-events (tools/perf/util/event.c perf_event__fprintf_lost()), or another record. */
  private void record(byte[] b, int from, int to, int bytes, int line, EventBatch out, ImportStats stats) {
    if (Ascii.startsWith(b, head.record, to, LOST)) {
      int digits = to;
      while (digits > head.record && b[digits - 1] >= '0' && b[digits - 1] <= '9') {
        digits--;
      }
      LossMarkers.add(head.cpu, LossMarkers.number(b, digits, to), from, line, out, stats);
      stats.header(bytes);
    } else {
      stats.attached(bytes);
    }
  }

  @Override
  public @Nullable LineFacts facts(byte[] b, int from, int to) {
    if (to == from || isFrame(b, from, to) || !head.read(b, from, to) || head.record >= 0) {
      return null;
    }
    String comm = new String(b, head.commFrom, head.commTo - head.commFrom, StandardCharsets.UTF_8);
    int nameTo = EventLines.afterName(b, head.textFrom, to);
    String event = new String(b, head.textFrom, nameTo - head.textFrom, StandardCharsets.UTF_8);
    return new LineFacts(head.pid, comm, head.cpu, head.time, head.inSeconds, event);
  }

  @Override
  public boolean isStackTrace(byte[] b, int from, int to) {
    return false;
  }

  @Override
  public boolean hasStackHeads() {
    return false;
  }

  @Override
  public boolean isFrame(byte[] b, int from, int to) {
    return from < to && b[from] == '\t';
  }
}
