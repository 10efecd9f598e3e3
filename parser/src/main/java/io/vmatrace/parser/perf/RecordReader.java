package io.vmatrace.parser.perf;

import io.vmatrace.parser.bytes.Numbers;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureLimits;
import io.vmatrace.parser.input.FileBytes;
import io.vmatrace.parser.input.ZstdPieces;
import io.vmatrace.parser.stat.ImportStat;
import io.vmatrace.parser.stat.ImportStats;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The records of a part of a file in their order, also those inside compressed ones. Every byte of the part is charged once:
 * those of compressed records, of raw data behind records, and of what cannot be read by this class; those of the records that it
 * hands over by their receiver ({@link #charge}). A record out of compressed ones has no bytes of its own in the file.
 */
final class RecordReader implements AutoCloseable {
  private static final int AUXTRACE = 71;
  private static final int COMPRESSED = 81;
  private static final int COMPRESSED2 = 83;

  private final FileBytes file;
  private final Numbers numbers;
  private final CaptureLimits limits;
  private final boolean piped;
  private final ImportStats stats;
  private final RecordWindow plain;
  private final long end;

  /** Where the next byte to be read is. */
  private long position;

  private @Nullable ZstdPieces pieces;
  private @Nullable RecordWindow decompressed;

  /** The record in hand: its window, where it is in the file, and how many bytes it is to be charged for. */
  private RecordWindow window;

  private long offset;
  private int charge;
  private boolean ended;
  private boolean cutShort;

  /** The time of the last record that had one; for those who take the records. */
  long lastTime;

  /** The part of a file that has records: [from, to). */
  record Part(FileBytes file, long from, long to) {}

  RecordReader(Part part, Numbers numbers, boolean piped, CaptureLimits limits, ImportStats stats) {
    file = part.file();
    this.numbers = numbers;
    this.limits = limits;
    this.piped = piped;
    this.stats = stats;
    position = part.from();
    end = Math.min(part.to(), file.size());
    plain = new RecordWindow(numbers, this::readFile);
    window = plain;
  }

  private int readFile(byte[] b, int from, int to) throws CaptureException {
    int n = file.read(position, b, from, (int) Math.min(to, from + Math.max(0, end - position)));
    position += n;
    return n;
  }

  /** Goes to the next record; false at the end. */
  boolean next() throws CaptureException {
    while (!ended) {
      if (decompressed != null && nextDecompressed(decompressed)) {
        return true;
      }
      long begin = position - plain.rest();
      RecordWindow.Found found = plain.next();
      if (found != RecordWindow.Found.RECORD) {
        end(found, begin);
        return false;
      }
      window = plain;
      offset = begin;
      charge = plain.to - plain.from;
      if (plain.type < AUXTRACE || !isWrapping()) {
        return true;
      }
    }
    return false;
  }

  private boolean nextDecompressed(RecordWindow inner) throws CaptureException {
    RecordWindow.Found found = inner.next();
    if (found == RecordWindow.Found.BROKEN) {
      throw unreadable("no record begins where one should", null);
    }
    window = inner;
    charge = 0;
    return found == RecordWindow.Found.RECORD;
  }

  /** Whether the record in hand only wraps others or raw bytes, which are seen to. */
  private boolean isWrapping() throws CaptureException {
    switch (plain.type) {
      case COMPRESSED -> give(RecordWindow.HEADER, plain.to - plain.from - RecordWindow.HEADER);
      case COMPRESSED2 -> give(RecordWindow.HEADER + Long.BYTES, number(plain.from + RecordWindow.HEADER));
      case AUXTRACE -> skip(number(plain.from + RecordWindow.HEADER));
      default -> {
        return false;
      }
    }
    stats.frame(charge);
    return true;
  }

  private long number(int at) {
    return at + Long.BYTES <= plain.to ? numbers.u64(plain.bytes(), at) : 0;
  }

  private void give(int skipped, long size) throws CaptureException {
    try {
      if (pieces == null) {
        pieces = new ZstdPieces(limits);
        decompressed = new RecordWindow(numbers, this::readPiece);
      }
      int from = Math.min(plain.from + skipped, plain.to);
      pieces.give(plain.bytes(), from, Math.clamp(from + size, from, plain.to));
    } catch (IOException e) {
      throw unreadable(e.getMessage(), e);
    }
  }

  private int readPiece(byte[] b, int from, int to) throws CaptureException {
    try {
      return pieces == null ? 0 : pieces.read(b, from, to);
    } catch (IOException e) {
      throw unreadable(e.getMessage(), e);
    }
  }

  private CaptureException unreadable(@Nullable String why, @Nullable Throwable cause) {
    stats.problemAt(offset, ImportStat.BAD_VALUE, "compressed records that cannot be read");
    String message = "compressed records at byte %d cannot be read: %s; copy the file again or record anew".formatted(offset, why);
    return cause == null ? new CaptureException(file.path(), message) : new CaptureException(file.path(), message, cause);
  }

  /** Passes over raw bytes behind the record in hand. */
  private void skip(long bytes) {
    long there = Math.max(0, end - position) + plain.rest();
    long skipped = bytes < 0 ? there : Math.min(bytes, there);
    stats.frame(skipped);
    position += skipped - plain.drop(skipped);
  }

  /**
   * Where the tracing data that follows the record in hand begins, and passes over it; -1 when none does. Only in a pipe it follows
   * a record of type {@link PipeRecords#TRACING_DATA} with its size (header.c perf_event__process_tracing_data()).
   */
  long skipTracingData() {
    if (!piped || window != plain || plain.to - plain.from < RecordWindow.HEADER + Integer.BYTES) {
      return -1;
    }
    long begin = position - plain.rest();
    skip(numbers.u32(plain.bytes(), plain.from + RecordWindow.HEADER));
    return begin;
  }

  private void end(RecordWindow.Found found, long begin) {
    ended = true;
    if (found == RecordWindow.Found.BROKEN) {
      broken(begin);
    } else {
      cutShort(begin);
    }
  }

  private void cutShort(long begin) {
    if (begin < end) {
      cutShort = true;
      stats.problemAt(begin, ImportStat.CUT_SHORT, "a record of which %d bytes are there".formatted(end - begin));
      stats.damagedBytes(end - begin);
    }
  }

  private void broken(long begin) {
    stats.problemAt(begin, ImportStat.BAD_VALUE, "no record begins where one should");
    stats.damagedBytes(end - begin);
  }

  /** Whether the last record is not whole. */
  boolean isCutShort() {
    return cutShort;
  }

  int type() {
    return window.type;
  }

  int misc() {
    return window.misc;
  }

  byte[] bytes() {
    return window.bytes();
  }

  int from() {
    return window.from;
  }

  int to() {
    return window.to;
  }

  /** Where the record is in the file; for one out of compressed records where the last of those is. */
  long offset() {
    return offset;
  }

  /** Bytes of the file that the record in hand stands for. */
  int charge() {
    return charge;
  }

  /** How far the file has been read. */
  long position() {
    return position;
  }

  @Override
  public void close() {
    if (pieces != null) {
      pieces.close();
    }
  }
}
