package io.vmatrace.parser.perf;

import io.vmatrace.parser.bytes.Numbers;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventHead;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.MarkerEvents;
import io.vmatrace.parser.event.specs.SchedEvents;
import io.vmatrace.parser.stat.ImportStats;

/**
 * Records of the kernel beside the samples: what was lost, and what tasks are called and come from (include/uapi/linux/perf_event.h
 * enum perf_event_type).
 *
 * <p>A record of a fork is an event like sched_process_fork where no tracepoint tells of forks: the parent writes it when the child's mm
 * is there (kernel/fork.c copy_process(): perf_event_fork()). The record of an exec comes before the old mm is given up for good
 * (fs/exec.c begin_new_exec()), and that of an exit after the mm has been (kernel/exit.c do_exit()): they are not where sched_process_exec
 * and sched_process_exit are, and only give names.
 */
final class SidebandRecords {
  private static final int LOST = 2;
  private static final int COMM = 3;
  private static final int THROTTLE = 5;
  private static final int UNTHROTTLE = 6;
  private static final int FORK = 7;
  private static final int LOST_SAMPLES = 13;

  /** Samples that a filter of the user's took out: PERF_RECORD_MISC_LOST_SAMPLES_BPF, tools/lib/perf/include/perf/event.h. */
  private static final int MISC_FILTERED = 1 << 15;

  private final PerfDescription description;
  private final Numbers numbers;
  private final TimeOrder order;
  private final Samples samples;
  private final ImportStats stats;
  private final EventHead head = new EventHead();

  /** What the end of the record in hand says: absent is -1, and a time that is not said is 0. */
  private int cpu;

  private long time;
  private long id;

  private long lostRecords;
  private long lostSamples;

  /** Whether there was a loss of which the file does not say when. */
  private boolean unplaced;

  SidebandRecords(PerfDescription description, TimeOrder order, Samples samples, ImportStats stats) {
    this.description = description;
    this.numbers = description.numbers;
    this.order = order;
    this.samples = samples;
    this.stats = stats;
  }

  /** Takes the record in hand, if it is one of these. */
  void take(RecordReader records) {
    byte[] b = records.bytes();
    int body = records.from() + RecordWindow.HEADER;
    int to = records.to();
    switch (records.type()) {
      case LOST, LOST_SAMPLES, THROTTLE, UNTHROTTLE, COMM, FORK -> {
        sampleId(records, b, body, to);
        int bytes = to - body;
        switch (records.type()) {
          case LOST -> lost(records, bytes < 16 ? 0 : numbers.u64(b, body + 8), LOST);
          case LOST_SAMPLES -> lost(records, bytes < 8 ? 0 : numbers.u64(b, body), LOST_SAMPLES);
          case THROTTLE -> throttled(records, MarkerEvents.THROTTLED, body, bytes);
          case UNTHROTTLE -> throttled(records, MarkerEvents.UNTHROTTLED, body, bytes);
          case COMM -> comm(b, body, to);
          default -> fork(records, b, body, bytes);
        }
      }
      default -> {}
    }
  }

  /** Reads the fields at the record's end (struct sample_id, tools/perf/util/evsel.c perf_evsel__parse_id_sample()). */
  private void sampleId(RecordReader records, byte[] b, int body, int to) {
    cpu = -1;
    time = 0;
    id = 0;
    PerfAttr attr = description.attrs.first();
    if (attr == null || !attr.isSampleIdAll() || attr.idFromEnd > to - body) {
      return;
    }
    if (attr.idFromEnd != PerfAttr.ABSENT) {
      id = numbers.u64(b, to - attr.idFromEnd);
      PerfAttr own = id == 0 ? attr : description.attrs.ofId(id);
      attr = own == null ? attr : own;
    }
    if (attr.sampleIdBytes > to - body) {
      return;
    }
    cpu = attr.cpuFromEnd == PerfAttr.ABSENT ? -1 : numbers.s32(b, to - attr.cpuFromEnd);
    time = attr.timeFromEnd == PerfAttr.ABSENT ? 0 : numbers.u64(b, to - attr.timeFromEnd);
    if (time != 0) {
      records.lastTime = time;
    }
  }

  /** The ring buffer was full, or samples were dropped; only losses of used events count here. */
  private void lost(RecordReader records, long count, int type) {
    if (count <= 0 || type == LOST_SAMPLES && ((records.misc() & MISC_FILTERED) != 0 || !concernsUs(id))) {
      return;
    }
    if (type == LOST) {
      lostRecords += count;
    } else {
      lostSamples += count;
    }
    mark(records, count);
  }

  /** An event was stopped for a while, or goes on: a pause, of which nothing says how much it left out. */
  private void throttled(RecordReader records, EventKind kind, int body, int bytes) {
    if (bytes >= 16 && concernsUs(numbers.u64(records.bytes(), body + 8))) {
      if (time == 0) {
        unplaced = true;
      } else {
        mark(kind, cpu, time, records.offset());
        order.added();
      }
      if (kind == MarkerEvents.THROTTLED) {
        stats.lostSome();
      }
    }
  }

  private boolean concernsUs(long of) {
    description.attrs.resolve();
    PerfAttr attr = of == 0 ? null : description.attrs.ofId(of);
    return attr == null || attr.use == SampleUse.RECORD || attr.use == SampleUse.PAGE_FAULT;
  }

  private void mark(RecordReader records, long count) {
    if (time == 0) {
      unplaced = true;
      return;
    }
    mark(cpu, time, records.offset(), count);
  }

  private void mark(int onCpu, long at, long offset, long count) {
    mark(MarkerEvents.LOST_EVENTS, onCpu, at, offset);
    order.tail().put(Field.COUNT, count);
    order.added();
  }

  private void mark(EventKind kind, int onCpu, long at, long offset) {
    EventBatch events = order.tail();
    events.addMarker(kind, onCpu, at, events.size(), offset);
    events.put(Field.CPU, onCpu);
    Samples.keepNothing(events);
  }

  /**
   * Adds up what was lost: the kernel counts a sample that found no room both for the buffer and for its event, and perf record
   * writes the latter at the end (kernel/events/ring_buffer.c __perf_output_begin(), builtin-record.c record__read_lost_samples()).
   * A loss of which the file does not say when is one of the whole time: it is marked at the end and for no CPU, so that nothing
   * before it is certain.
   */
  void finish() {
    stats.lost(Math.max(lostRecords, lostSamples));
    if (unplaced) {
      mark(-1, Long.MAX_VALUE, 0, lostSamples);
    }
  }

  /** {u32 pid, u32 tid, char comm[]}. */
  private void comm(byte[] b, int body, int to) {
    if (to - body >= 8) {
      description.comms.add(numbers.s32(b, body + 4), time, PerfFeatures.chars(b, body + 8, to));
    }
  }

  /** {u32 pid, u32 ppid, u32 tid, u32 ptid, u64 time}; perf makes up such records for tasks that are there already, without a time. */
  private void fork(RecordReader records, byte[] b, int body, int bytes) {
    if (bytes < 24) {
      return;
    }
    int child = numbers.s32(b, body + 8);
    int parent = numbers.s32(b, body + 12);
    if (child == parent) {
      return;
    }
    description.comms.fork(child, parent, time);
    description.attrs.resolve();
    if (time != 0 && cpu >= 0 && samples.hasKernelsPids() && !description.attrs.hasForkTracepoint()) {
      EventBatch events = order.tail();
      head.pid = parent;
      head.cpu = cpu;
      head.time = time;
      head.place = events.size();
      head.offset = records.offset();
      events.add(SchedEvents.SCHED_PROCESS_FORK, head);
      events.put(Field.PID, child);
      Samples.keep(events, b, records.from(), records.to(), Samples.TAG_FORK);
      order.added();
    }
  }
}
