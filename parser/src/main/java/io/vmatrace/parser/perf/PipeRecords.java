package io.vmatrace.parser.perf;

import io.vmatrace.parser.bytes.Numbers;

/** Records by which a perf.data that went through a pipe describes itself (tools/perf/util/header.c perf_event__process_…). */
final class PipeRecords {
  static final int ATTR = 64;
  static final int TRACING_DATA = 66;
  static final int EVENT_UPDATE = 78;
  static final int FEATURE = 80;

  /** PERF_EVENT_UPDATE__NAME. */
  private static final int UPDATE_NAME = 2;

  private final PerfDescription into;
  private final Numbers numbers;

  PipeRecords(PerfDescription into) {
    this.into = into;
    numbers = into.numbers;
  }

  /** Takes the record in hand; false when it is not one of these. */
  boolean take(RecordReader records) {
    byte[] b = records.bytes();
    int body = records.from() + RecordWindow.HEADER;
    int to = records.to();
    switch (records.type()) {
      case ATTR -> attr(b, body, to);
      case EVENT_UPDATE -> update(b, body, to);
      case FEATURE -> feature(b, body, to);
      case TRACING_DATA -> {
        long begin = records.skipTracingData();
        if (begin >= 0) {
          into.tracingData(begin, Long.MAX_VALUE);
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  /** {attr, ids}. */
  private void attr(byte[] b, int from, int to) {
    if (to - from < PerfAttr.SMALLEST) {
      return;
    }
    long said = numbers.u32(b, from + 4);
    int size = Math.clamp(said == 0 ? PerfAttr.SMALLEST : said, PerfAttr.SMALLEST, to - from);
    PerfAttr attr = new PerfAttr(numbers, b, from, from + size);
    into.attrs.add(attr);
    into.attrs.ids(attr, numbers, b, from + size, to);
  }

  /** {u64 type, u64 id, data}. */
  private void update(byte[] b, int from, int to) {
    if (to - from >= 2 * Long.BYTES && numbers.u64(b, from) == UPDATE_NAME) {
      into.features.name(numbers.u64(b, from + Long.BYTES), b, from + 2 * Long.BYTES, to);
    }
  }

  /** {u64 feature, data}. */
  private void feature(byte[] b, int from, int to) {
    if (to - from >= Long.BYTES) {
      into.features.read(Math.clamp(numbers.u64(b, from), 0, Integer.MAX_VALUE), b, from + Long.BYTES, to);
    }
  }
}
