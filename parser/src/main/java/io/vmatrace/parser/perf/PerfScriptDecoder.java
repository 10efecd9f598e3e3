package io.vmatrace.parser.perf;

import io.vmatrace.parser.bytes.Ascii;
import io.vmatrace.parser.bytes.ByteScan;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.stat.ImportStat;
import io.vmatrace.parser.stat.ImportStats;
import io.vmatrace.parser.text.Chunk;
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
  private final PerfScriptLine line = new PerfScriptLine();

  PerfScriptDecoder(int lineBytes, EventNames names) {
    this.lineBytes = lineBytes;
    lines = new EventLines(names);
  }

  @Override
  public void decode(Chunk chunk, EventBatch out, ImportStats stats) {
    byte[] b = chunk.bytes;
    int to = chunk.to;
    line.place = (int) stats.lines();
    for (int p = chunk.from; p < to; line.place++) {
      int before = out.size();
      int end = ByteScan.newline(b, p, to);
      int next = end < to ? end + 1 : to;
      line.move(b, p, end, next);
      if (end == to && !chunk.complete && end > p && b[p] != '#') {
        EventLines.damaged(ImportStat.CUT_SHORT, line, out, stats);
      } else {
        line(out, stats);
      }
      if (out.isRawKept() && out.size() > before) {
        out.putRaw(b, p, end, 0);
      }
      p = next;
    }
    lines.drainTo(stats);
  }

  private void line(EventBatch out, ImportStats stats) {
    if (line.length() == 0 || line.b[line.from] == '#') {
      stats.header(line.bytes);
    } else if (line.length() > lineBytes) {
      EventLines.damaged(ImportStat.TOO_LONG, line, out, stats);
    } else if (isFrame(line.b, line.from, line.to)) {
      stats.attached(line.bytes);
    } else if (!line.readColumns()) {
      EventLines.damaged(ImportStat.NOT_AN_EVENT, line, out, stats);
    } else if (line.record >= 0) {
      record(out, stats);
    } else {
      lines.event(line, out, stats);
    }
  }

  /** {@code PERF_RECORD_LOST lost 25} of --show-lost-events (tools/perf/util/event.c perf_event__fprintf_lost()), or another record. */
  private void record(EventBatch out, ImportStats stats) {
    if (Ascii.startsWith(line.b, line.record, line.to, LOST)) {
      int digits = line.to;
      while (digits > line.record && Ascii.isDigit(line.b[digits - 1])) {
        digits--;
      }
      LossMarkers.add(line.cpu, LossMarkers.number(line.b, digits, line.to), line, out, stats);
      stats.header(line.bytes);
    } else {
      stats.attached(line.bytes);
    }
  }

  @Override
  public @Nullable LineFacts facts(byte[] b, int from, int to) {
    line.move(b, from, to, to);
    if (to == from || isFrame(b, from, to) || !line.readColumns() || line.record >= 0) {
      return null;
    }
    String comm = new String(b, line.commFrom, line.commTo - line.commFrom, StandardCharsets.UTF_8);
    int nameTo = EventLines.afterName(b, line.textFrom, to);
    String event = new String(b, line.textFrom, nameTo - line.textFrom, StandardCharsets.UTF_8);
    return new LineFacts(line.pid, comm, line.cpu, line.time, line.inSeconds, event);
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
