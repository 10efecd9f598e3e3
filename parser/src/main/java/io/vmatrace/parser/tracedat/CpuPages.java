package io.vmatrace.parser.tracedat;

import io.vmatrace.parser.bytes.Numbers;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.record.ReadAhead;
import io.vmatrace.parser.stat.ImportStats;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/** The events of one CPU: reads its pages, decompresses them where they are compressed, and has them decoded. */
final class CpuPages implements ReadAhead.Source {
  /** Compressed and decompressed length of a chunk (lib/trace-cmd/trace-compress.c tracecmd_load_chunks_info()). */
  private static final int CHUNK_HEADER = 2 * Integer.BYTES;

  private final CpuArea area;
  private final Numbers numbers;
  private final PageDecoder decoder;
  private final int wanted;
  private final int mostBytes;
  private final AtomicLong progress;
  private final ImportStats stats = new ImportStats();

  /** What has been read and not yet decoded: pages from {@link #at} to {@link #end}. */
  private byte[] buffer = {};

  private byte[] compressed = {};
  private int at;
  private int end;
  private long bufferOffset;

  private long next;
  private final long areaEnd;
  private long chunksLeft = -1;
  private boolean inPage;
  private boolean ended;

  /**
   * @param wanted events that make a batch
   * @param mostBytes most bytes to keep at a time
   * @param progress counts the bytes of the file that have been read
   */
  CpuPages(CpuArea area, Recording recording, int wanted, int mostBytes, AtomicLong progress) {
    this.area = area;
    this.numbers = recording.numbers;
    this.wanted = wanted;
    this.mostBytes = mostBytes;
    this.progress = progress;
    decoder = new PageDecoder(numbers, area.layout(), recording.records, recording.clock, area.cpu());
    next = area.offset();
    areaEnd = area.offset() + area.size();
  }

  CpuArea area() {
    return area;
  }

  PageDecoder decoder() {
    return decoder;
  }

  /** What was read; bytes are those of the file when all has been. */
  ImportStats stats() {
    if (area.isCompressed()) {
      stats.fold(ended ? area.size() : next - area.offset());
    }
    return stats;
  }

  @Override
  public void fill(EventBatch out) throws CaptureException {
    while (out.size() < wanted && !ended) {
      if (inPage && decoder.decode(out, wanted, stats)) {
        return;
      }
      inPage = at < end || load(out);
      if (inPage) {
        int bytes = Math.min(end - at, area.layout().pageBytes());
        decoder.source(buffer, bufferOffset, area.isCompressed());
        decoder.begin(at, bytes, out, stats);
        at += bytes;
      }
    }
  }

  /** Reads more pages; false when there are none. */
  private boolean load(EventBatch out) throws CaptureException {
    long before = next;
    boolean more = area.isCompressed() ? decompress(out) : read();
    progress.addAndGet(next - before);
    if (!more) {
      ended = true;
      if (area.cut()) {
        decoder.ended(next, out);
      }
    }
    return more;
  }

  private boolean read() throws CaptureException {
    int page = area.layout().pageBytes();
    int length = (int) Math.min(areaEnd - next, Math.max(page, mostBytes / page * page));
    if (buffer.length < length) {
      buffer = new byte[length];
    }
    bufferOffset = next;
    at = 0;
    end = area.file().read(next, buffer, 0, length);
    next += end;
    return end > 0;
  }

  /** Decompresses the next chunk that is not damaged. */
  private boolean decompress(EventBatch out) throws CaptureException {
    if (chunksLeft < 0) {
      chunksLeft = areaEnd - next < Integer.BYTES ? 0 : head(Integer.BYTES).u32();
    }
    while (chunksLeft > 0 && areaEnd - next >= CHUNK_HEADER) {
      chunksLeft--;
      bufferOffset = next;
      DatReader header = head(CHUNK_HEADER);
      long length = header.u32();
      long size = header.u32();
      if (length > areaEnd - next || size > mostBytes || length > mostBytes) {
        damaged(areaEnd - next, "a chunk of %d bytes that decompress to %d".formatted(length, size), out);
        return false;
      }
      if (decompress((int) length, (int) size, out)) {
        return true;
      }
    }
    if (chunksLeft > 0 && !area.cut()) {
      damaged(areaEnd - next, "%d chunks too few".formatted(chunksLeft), out);
    }
    next = areaEnd;
    return false;
  }

  private DatReader head(int bytes) {
    DatReader reader = new DatReader(area.file(), numbers, next);
    next += bytes;
    return reader;
  }

  private boolean decompress(int length, int size, EventBatch out) throws CaptureException {
    if (compressed.length < length) {
      compressed = new byte[length];
    }
    if (buffer.length < size) {
      buffer = new byte[size];
    }
    at = 0;
    end = 0;
    int read = area.file().read(next, compressed, 0, length);
    next += read;
    try {
      area.compression().decompress(compressed, read, buffer, size);
      end = size;
    } catch (IOException e) {
      damaged(size, "a chunk that cannot be decompressed: " + e.getMessage(), out);
    }
    return end > 0;
  }

  private void damaged(long bytes, String what, EventBatch out) {
    decoder.damaged(bufferOffset, bytes, what, out, stats);
  }
}
