package io.vmatrace.parser.perfetto;

import java.io.IOException;

/** What a bundle of events says about itself (protos/perfetto/trace/ftrace/ftrace_event_bundle.proto). */
final class Bundle {
  static final int CPU = 1;
  static final int EVENT = 2;
  static final int LOST = 3;
  static final int COMPACT_SCHED = 4;
  static final int CLOCK = 5;
  static final int ERROR = 8;
  static final int LAST_READ = 9;
  static final int PREVIOUS_END = 10;
  static final int DESCRIPTOR = 11;

  /** Its CPU, or -1. */
  int cpu;

  /** Whether the kernel's buffer lost events before the first one. */
  boolean lost;

  /** When the last event of the bundle before was, 0 where there is none before; -1 where it is not said (until Perfetto 47). */
  long previousEnd;

  /** The same by what had been read, also of events that are not in the trace (until Perfetto 47, since 44); or -1. */
  long lastRead;

  /** Since when events may be missing in it, because the kernel's buffer could not be read; or the largest number. */
  long errorFrom;

  /** Whether it says so. */
  boolean error;

  /** Where its switches and wake-ups are that are written by columns; from is -1 where there are none. */
  int compactFrom;

  int compactTo;

  /** Reads that of a bundle in [from, to), as far as it can be read. */
  void read(byte[] b, int from, int to) {
    cpu = -1;
    lost = false;
    error = false;
    previousEnd = -1;
    lastRead = -1;
    errorFrom = Long.MAX_VALUE;
    compactFrom = -1;
    Message fields = new Message(b, from, to);
    try {
      while (fields.next()) {
        take(fields);
      }
    } catch (IOException _) {
      // found again where the events are read
    }
  }

  private void take(Message fields) throws IOException {
    switch (fields.field) {
      case CPU -> cpu = Math.clamp(fields.number, -1, Contents.MOST_CPUS);
      case LOST -> lost = fields.number != 0;
      case PREVIOUS_END -> previousEnd = fields.number;
      case LAST_READ -> lastRead = fields.number;
      case COMPACT_SCHED -> {
        if (fields.isBytes(COMPACT_SCHED)) {
          compactFrom = fields.from;
          compactTo = fields.to;
        }
      }
      case ERROR -> {
        if (fields.isBytes(ERROR)) {
          error(fields);
        }
      }
      default -> {}
    }
  }

  private void error(Message fields) throws IOException {
    error = true;
    long time = 0;
    fields.enter();
    while (fields.next()) {
      time = fields.isNumber(1) ? fields.number : time;
    }
    fields.leave();
    errorFrom = Math.min(errorFrom, time);
  }
}
