package io.vmatrace.parser.perf;

import io.vmatrace.parser.bytes.Numbers;
import io.vmatrace.parser.input.CaptureException;

/** Cuts records out of bytes as they come: each begins with {u32 type, u16 misc, u16 size} (struct perf_event_header). */
final class RecordWindow {
  static final int HEADER = 8;

  private static final int LONGEST_RECORD = 1 << 16;

  /** Read at a time: what was read is still in the processor's cache when it is decoded. */
  private static final int STEP = 64 << 10;

  /** Where bytes come from. */
  interface Source {
    /** Reads into [from, to); how many bytes, 0 when there are none for now. */
    int read(byte[] b, int from, int to) throws CaptureException;
  }

  /** What {@link #next} found. */
  enum Found {
    RECORD,
    /** A part of a record, or nothing: more must come first. */
    PART,
    /** A size that no record has: where the next record begins is not known. */
    BROKEN
  }

  private final Numbers numbers;
  private final Source source;
  private final byte[] b = new byte[2 * LONGEST_RECORD];
  private int at;
  private int end;

  /** The record in hand. */
  int type;

  int misc;
  int from;
  int to;

  RecordWindow(Numbers numbers, Source source) {
    this.numbers = numbers;
    this.source = source;
  }

  byte[] bytes() {
    return b;
  }

  /** How many bytes have come that are in no record yet. */
  int rest() {
    return end - at;
  }

  Found next() throws CaptureException {
    int size = end - at < HEADER ? 0 : numbers.u16(b, at + 6);
    if (size < HEADER || end - at < size) {
      Found found = complete();
      if (found != Found.RECORD) {
        return found;
      }
      size = numbers.u16(b, at + 6);
    }
    type = numbers.s32(b, at);
    misc = numbers.u16(b, at + 4);
    from = at;
    at += size;
    to = at;
    return Found.RECORD;
  }

  /** Reads on until the next record is whole. */
  private Found complete() throws CaptureException {
    if (end - at < HEADER && !fill(HEADER)) {
      return Found.PART;
    }
    int size = numbers.u16(b, at + 6);
    return size < HEADER ? Found.BROKEN : end - at < size && !fill(size) ? Found.PART : Found.RECORD;
  }

  /** Forgets the next bytes, as many as are here; how many that is. */
  int drop(long bytes) {
    int n = (int) Math.min(bytes, end - at);
    at += n;
    return n;
  }

  private boolean fill(int wanted) throws CaptureException {
    System.arraycopy(b, at, b, 0, end - at);
    end -= at;
    at = 0;
    while (end < wanted) {
      int n = source.read(b, end, Math.min(b.length, end + STEP));
      if (n == 0) {
        return false;
      }
      end += n;
    }
    return true;
  }
}
