package io.vmatrace.parser.tracedat;

import io.vmatrace.parser.bytes.Numbers;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.MarkerEvents;
import io.vmatrace.parser.record.RawRecord;
import io.vmatrace.parser.record.RecordDecoder;
import io.vmatrace.parser.stat.ImportStat;
import io.vmatrace.parser.stat.ImportStats;

/**
 * Decodes the pages of one CPU's ring buffer, one after the other and each in as many steps as wanted (kernel/trace/ring_buffer.c;
 * include/linux/ring_buffer.h enum ring_buffer_type). A page is
 *
 * <pre>
 * u64 time_stamp, long commit, events…        commit: 27 bits of length, bit 30 MISSED_STORED, bit 31 MISSED_EVENTS
 * </pre>
 *
 * and an event {@code u32 type_len:5, time_delta:27}, then its record. On 64-bit kernels the flags are sign-extended.
 */
final class PageDecoder {
  static final int COMMIT_MASK = (1 << 27) - 1;
  private static final int MISSED_STORED = 1 << 30;
  private static final int MISSED_EVENTS = 1 << 31;

  static final int DATA_TYPE_LEN_MAX = 28;
  static final int PADDING = 29;
  private static final int TIME_EXTEND = 30;
  private static final int TIME_STAMP = 31;
  private static final int DELTA_BITS = 27;

  /** Absolute times have 59 bits; the others are those of the time before (rb_fix_abs_ts()). */
  private static final long TIME_STAMP_BITS = (1L << 59) - 1;

  /** A larger count cannot be one. */
  private static final long MOST_MISSED = 1L << 40;

  private final Numbers numbers;
  private final boolean bigEndian;
  private final PageLayout layout;
  private final RecordDecoder records;
  private final TraceClock clock;
  private final int cpu;

  private final RawRecord raw = new RawRecord();
  private byte[] b = {};
  private int at;
  private int end;
  private int pageEnd;

  /** What is added to an index in {@link #b} to get an offset in the file; for decompressed bytes there is one offset for all. */
  private long base;

  private boolean decompressed;
  private long time;
  private long firstTime = Long.MAX_VALUE;
  private long lastTime;

  /** Events that are gone before the next one; 0 when it is not known how many, -1 when none are. */
  private long missed = -1;

  private long markedLost;
  private long markedUncounted;

  PageDecoder(Numbers numbers, PageLayout layout, RecordDecoder records, TraceClock clock, int cpu) {
    this.numbers = numbers;
    this.bigEndian = numbers == Numbers.BIG_ENDIAN;
    this.layout = layout;
    this.records = records;
    this.clock = clock;
    this.cpu = cpu;
    raw.cpu = cpu;
  }

  /** The earliest time of an event; the largest number when there was none. */
  long firstTime() {
    return firstTime;
  }

  /** The time of the last event, 0 when there was none. */
  long lastTime() {
    return lastTime;
  }

  /** Events that pages said were gone. */
  long markedLost() {
    return markedLost;
  }

  /** Pages that said that events were gone, but not how many. */
  long markedUncounted() {
    return markedUncounted;
  }

  /**
   * Says where the bytes of the next pages are.
   *
   * @param offset where they are in the file, or where what was decompressed is
   */
  void source(byte[] bytes, long offset, boolean isDecompressed) {
    b = bytes;
    raw.b = bytes;
    base = offset;
    decompressed = isDecompressed;
  }

  /**
   * Begins with a page; the one before has been decoded.
   *
   * @param bytes may be less than a page at the end of a file
   */
  void begin(int from, int bytes, EventBatch out, ImportStats stats) {
    pageEnd = from + bytes;
    at = end = pageEnd;
    if (bytes < layout.dataOffset()) {
      damaged(from, "a page of %d bytes".formatted(bytes), out, stats);
      return;
    }
    time = numbers.u64(b, from + layout.timeOffset());
    int commit = (int) numbers.read(b, from + layout.commitOffset(), layout.commitSize(), false);
    int used = commit & COMMIT_MASK;
    int data = from + layout.dataOffset();
    if (bytes < layout.pageBytes()) {
      used = Math.min(used, bytes - layout.dataOffset()); // the file ends here; what there is of the page is wanted
    } else if (used > layout.dataBytes()) {
      damaged(from, "a page with %d bytes of events in %d".formatted(used, bytes), out, stats);
      return;
    }
    if ((commit & MISSED_EVENTS) != 0) {
      missed(commit, data + used);
    }
    at = data;
    end = data + used;
    stats.frame(layout.dataOffset());
    stats.frame(pageEnd - end);
  }

  /** The count of missed events lies behind the last event, when there was room for it. */
  private void missed(int commit, int behind) {
    boolean stored = (commit & MISSED_STORED) != 0 && behind + layout.commitSize() <= pageEnd;
    missed = stored ? numbers.read(b, behind, layout.commitSize(), false) : 0;
    if (missed < 0 || missed > MOST_MISSED) {
      missed = 0; // no count
    }
    if (missed == 0) {
      markedUncounted++;
    }
    markedLost += missed;
  }

  /** Decodes events of the page until a batch has as many as wanted; false when the page has no more. */
  boolean decode(EventBatch out, int wanted, ImportStats stats) {
    while (at < end) {
      if (out.size() >= wanted) {
        return true;
      }
      if (!event(out, stats)) {
        damaged(at, "an event that goes beyond its page", out, stats);
        at = end;
      }
    }
    if (missed >= 0) {
      mark(clock.time(time, cpu), out, stats); // a page without an event
    }
    return false;
  }

  /** Decodes what is at hand; false when it goes beyond the page. */
  private boolean event(EventBatch out, ImportStats stats) {
    int from = at;
    if (end - from < Integer.BYTES) {
      return false;
    }
    int word = numbers.s32(b, from);
    int type = bigEndian ? word >>> DELTA_BITS : word & 0x1f;
    long delta = bigEndian ? word & COMMIT_MASK : word >>> 5;
    if (type >= 1 && type <= DATA_TYPE_LEN_MAX) {
      time += delta;
      return record(from, from + 4, 4L * type, out, stats);
    }
    if (type == PADDING && delta == 0) {
      stats.frame(end - from); // the rest of the page
      at = end;
      return true;
    }
    if (end - from < 2 * Integer.BYTES) {
      return false;
    }
    long second = numbers.u32(b, from + 4);
    return switch (type) {
      case TIME_EXTEND -> {
        time += (second << DELTA_BITS) + delta;
        yield skip(8, stats);
      }
      case TIME_STAMP -> {
        absolute((second << DELTA_BITS) + delta);
        yield skip(8, stats);
      }
      case PADDING -> {
        time += delta; // a discarded event
        yield skip(4 + second, stats);
      }
      default -> {
        time += delta;
        yield second >= 4 && record(from, from + 8, (second - 4 + 3) & ~3L, out, stats);
      }
    };
  }

  private void absolute(long stamp) {
    long whole = stamp & TIME_STAMP_BITS | time & ~TIME_STAMP_BITS;
    time = (time & ~TIME_STAMP_BITS) != 0 && whole < time ? whole + TIME_STAMP_BITS + 1 : whole;
  }

  private boolean skip(long bytes, ImportStats stats) {
    if (bytes > end - at) {
      return false;
    }
    stats.frame(bytes);
    at += (int) bytes;
    return true;
  }

  private boolean record(int from, int payload, long length, EventBatch out, ImportStats stats) {
    if (length > end - payload) {
      return false;
    }
    long shown = clock.time(time, cpu);
    if (missed >= 0) {
      mark(shown, out, stats);
    }
    firstTime = Math.min(firstTime, shown);
    lastTime = shown;
    at = payload + (int) length;
    raw.from = payload;
    raw.to = at;
    raw.time = shown;
    raw.offset = offset(from);
    raw.framed = at - from;
    records.decode(raw, out, stats);
    return true;
  }

  private long offset(int index) {
    return decompressed ? base : base + index;
  }

  /** Puts the marker of missed events before the event that comes next. */
  private void mark(long when, EventBatch out, ImportStats stats) {
    marker(MarkerEvents.LOST_EVENTS, missed, when, offset(at), out);
    if (missed > 0) {
      stats.lost(missed);
    } else {
      stats.lostSome();
    }
    missed = -1;
  }

  private void damaged(int from, String what, EventBatch out, ImportStats stats) {
    damaged(offset(from), (from < end ? end : pageEnd) - from, what, out, stats);
  }

  /** Counts bytes that cannot be read: what happened on this CPU from here to its next event is not known. */
  void damaged(long offset, long bytes, String what, EventBatch out, ImportStats stats) {
    marker(MarkerEvents.LOST_EVENTS, 0, lastTime, offset, out);
    stats.problemAt(offset, ImportStat.BAD_VALUE, what);
    stats.damagedBytes(bytes);
  }

  /** Says that nothing is known of this CPU from here on: its data goes on where it cannot be read. */
  void ended(long offset, EventBatch out) {
    marker(MarkerEvents.LOST_EVENTS, 0, lastTime, offset, out);
  }

  private void marker(EventKind kind, long count, long when, long offset, EventBatch out) {
    out.addMarker(kind, cpu, when, out.size(), offset);
    out.put(Field.CPU, cpu);
    out.put(Field.COUNT, count);
    if (out.isRawKept()) {
      out.putRaw(b, 0, 0, -1);
    }
  }
}
