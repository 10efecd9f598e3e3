package io.vmatrace.parser.tracedat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;

/** Ring-buffer pages read and written in the plainest way: the test's own idea of kernel/trace/ring_buffer.c. */
final class SlowPages {
  /** A record with its whole time, and how many events are gone before it: -1 none, 0 not known how many. */
  record Rec(long time, ByteBuffer payload, long missed) {}

  /** How pages are written. */
  record Shape(ByteOrder order, int longBytes, int pageBytes) {
    static final Shape USUAL = new Shape(ByteOrder.LITTLE_ENDIAN, 8, 4096);

    int dataOffset() {
      return 8 + longBytes;
    }

    String headerPage() {
      return "\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n\tfield: local_t commit;\toffset:8;\tsize:%d;\tsigned:1;\n"
          .formatted(longBytes)
          + "\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n\tfield: char data;\toffset:%d;\tsize:%d;\tsigned:0;\n"
              .formatted(dataOffset(), pageBytes - dataOffset());
    }
  }

  private SlowPages() {}

  /** Reads the pages of a little-endian 64-bit machine. */
  static List<Rec> read(byte[] area, int pageBytes) {
    List<Rec> records = new ArrayList<>();
    for (int page = 0; page < area.length; page += pageBytes) {
      ByteBuffer b = ByteBuffer.wrap(area, page, pageBytes).slice().order(ByteOrder.LITTLE_ENDIAN);
      long time = b.getLong(0);
      long commit = b.getLong(8);
      int end = 16 + (int) (commit & 0x7ffffff);
      long missed = (commit & 1L << 31) == 0 ? -1 : (commit & 1L << 30) == 0 ? 0 : b.getLong(end);
      for (int at = 16; at < end; ) {
        int word = b.getInt(at);
        int type = word & 31;
        int delta = word >>> 5;
        int length = type >= 1 && type <= 28 ? 4 * type : at + 8 <= end ? b.getInt(at + 4) : 0;
        if (type == 31) {
          time = time >>> 59 << 59 | ((long) length & 0xffffffffL) << 27 | delta;
          at += 8;
        } else if (type == 30) {
          time += ((long) length & 0xffffffffL) << 27 | delta;
          at += 8;
        } else if (type == 29) {
          time += delta;
          at = delta == 0 ? end : at + 4 + length;
        } else {
          time += delta;
          int from = type == 0 ? at + 8 : at + 4;
          int to = type == 0 ? at + 4 + (length + 3 & ~3) : from + length;
          records.add(new Rec(time, ByteBuffer.wrap(Arrays.copyOfRange(area, page + from, page + to)), missed));
          missed = -1;
          at = to;
        }
      }
    }
    return records;
  }

  /**
   * Writes records as pages. Now and then an absolute time or a discarded event comes before a record, and a length stands in a word of
   * its own, so that each kind of event is there.
   *
   * @param swap turns a payload into that of the other byte order
   */
  static byte[] write(List<Rec> records, Shape shape, BiConsumer<byte[], ByteOrder> swap) {
    List<byte[]> pages = new ArrayList<>();
    for (int i = 0; i < records.size(); ) {
      ByteBuffer page = ByteBuffer.allocate(shape.pageBytes()).order(shape.order()).position(shape.dataOffset());
      page.putLong(0, records.get(i).time());
      long missed = records.get(i).missed();
      long time = records.get(i).time();
      do {
        byte[] payload = records.get(i).payload().array().clone();
        swap.accept(payload, shape.order());
        record(page, shape, time, records.get(i).time(), payload, i);
        time = records.get(i++).time();
      } while (i < records.size() && records.get(i).missed() < 0 && page.remaining() >= records.get(i).payload().capacity() + 48);
      commit(page, shape, missed);
      pages.add(page.array());
    }
    ByteBuffer all = ByteBuffer.allocate(pages.size() * shape.pageBytes());
    pages.forEach(all::put);
    return all.array();
  }

  private static void record(ByteBuffer page, Shape shape, long before, long time, byte[] payload, int i) {
    long delta = time - before;
    if (i % 7 == 3 && delta > 0) {
      word(page, shape, 29, 1); // a discarded event that took a nanosecond
      page.putInt(12).putLong(0);
      delta--;
    }
    if (i % 11 == 5) {
      word(page, shape, 31, (int) (time & 0x7ffffff));
      page.putInt((int) (time >>> 27));
      delta = 0;
    } else if (delta >= 1 << 27 || i % 13 == 6) {
      word(page, shape, 30, (int) (delta & 0x7ffffff));
      page.putInt((int) (delta >>> 27));
      delta = 0;
    }
    if (payload.length > 112 || i % 5 == 2) {
      word(page, shape, 0, (int) delta);
      page.putInt(payload.length + 4);
    } else {
      word(page, shape, payload.length / 4, (int) delta);
    }
    page.put(payload);
  }

  private static void commit(ByteBuffer page, Shape shape, long missed) {
    int used = page.position() - shape.dataOffset();
    int commit = used | (missed < 0 ? 0 : missed == 0 ? 1 << 31 : 3 << 30);
    if (shape.longBytes() == 8) {
      page.putLong(8, commit); // sign-extended, as x86-64 has it
    } else {
      page.putInt(8, commit);
    }
    if (missed > 0 && shape.longBytes() == 8) {
      page.putLong(missed);
    } else if (missed > 0) {
      page.putInt((int) missed);
    }
  }

  private static void word(ByteBuffer page, Shape shape, int type, int delta) {
    page.putInt(shape.order() == ByteOrder.BIG_ENDIAN ? type << 27 | delta : delta << 5 | type);
  }
}
