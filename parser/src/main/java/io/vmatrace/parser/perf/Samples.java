package io.vmatrace.parser.perf;

import io.vmatrace.parser.bytes.Numbers;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventHead;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.MarkerEvents;
import io.vmatrace.parser.event.specs.PageFaultEvents;
import io.vmatrace.parser.record.RawRecord;
import io.vmatrace.parser.record.RecordDecoder;
import io.vmatrace.parser.stat.ImportStat;
import io.vmatrace.parser.stat.ImportStats;

/** Decodes samples: those of tracepoints by their formats, page faults, and the rest as events of unknown kind. */
final class Samples {
  /** What the kept bytes of an event are: from 0 on a record of that type; a fork; or, from -2 on downwards, a sample of the first, second, … event. */
  static final int TAG_FORK = Integer.MIN_VALUE;

  static final int TAG_NOTHING = Integer.MIN_VALUE + 1;
  private static final int TAG_SAMPLES = -2;

  /** PERF_RECORD_MISC_CPUMODE_MASK, _USER. */
  private static final int MISC_CPUMODE = 7;

  private static final int MISC_USER = 2;

  private static final int COMMON_PID_AT = 4;

  private final PerfDescription description;
  private final Numbers numbers;
  private final RecordDecoder decoder;
  private final TimeOrder order;
  private final ImportStats stats;
  private final RawRecord tracepoint = new RawRecord();
  private final EventHead head = new EventHead();
  private boolean samePidSeen;
  private boolean otherPidSeen;

  Samples(PerfDescription description, TimeOrder order, ImportStats stats) {
    this.description = description;
    this.numbers = description.numbers;
    this.decoder = description.decoder;
    this.order = order;
    this.stats = stats;
  }

  /** Which event a tag of samples is of; negative when it is no such tag. */
  static int eventOf(int tag) {
    return tag <= TAG_SAMPLES && tag > TAG_NOTHING ? TAG_SAMPLES - tag : -1;
  }

  static void keep(EventBatch events, byte[] b, int from, int to, int tag) {
    if (events.isRawKept()) {
      events.putRaw(b, from, to, tag);
    }
  }

  static void keepNothing(EventBatch events) {
    keep(events, new byte[0], 0, 0, TAG_NOTHING);
  }

  /** Whether the tasks' numbers in perf's own fields are the kernel's, as in its records: in a container they are others. */
  boolean hasKernelsPids() {
    return samePidSeen && !otherPidSeen;
  }

  /** Takes the sample in hand. */
  void take(RecordReader records) {
    byte[] b = records.bytes();
    int from = records.from();
    int to = records.to();
    PerfAttr attr = description.attrs.ofSample(numbers, b, from, to);
    if (attr == null || to - from < attr.fixedBytes) {
      damaged(records, attr == null ? "a sample of an event that the file does not describe" : "a sample of %d bytes".formatted(to - from));
      return;
    }
    long time = attr.timeAt == PerfAttr.ABSENT ? records.lastTime : numbers.u64(b, from + attr.timeAt);
    int cpu = attr.cpuAt == PerfAttr.ABSENT ? -1 : numbers.s32(b, from + attr.cpuAt);
    records.lastTime = time;
    if (attr.use == SampleUse.RECORD) {
      record(records, attr, time, cpu);
    } else {
      takeOther(records, attr, time, cpu);
    }
    order.added();
  }

  private void takeOther(RecordReader records, PerfAttr attr, long time, int cpu) {
    if (attr.use == SampleUse.PAGE_FAULT) {
      pageFault(records, attr, time, cpu);
      return;
    }
    other(records, attr, time, cpu);
    if (attr.use == SampleUse.IGNORED) {
      stats.ignoredRecord(records.charge());
    } else {
      attr.unknown++;
      stats.unknownRecord(records.charge());
    }
  }

  private void record(RecordReader records, PerfAttr attr, long time, int cpu) {
    byte[] b = records.bytes();
    int to = records.to();
    int sizeAt = attr.rawAt(numbers, b, records.from(), to);
    long size = sizeAt == PerfAttr.ABSENT ? -1 : numbers.u32(b, sizeAt);
    int raw = sizeAt + Integer.BYTES;
    if (size < 0 || size > to - raw) {
      damagedAt(records, time, "a sample of %d bytes without its raw data".formatted(to - records.from()));
      return;
    }
    begin(records, raw, (int) size);
    tracepoint.cpu = cpu;
    tracepoint.time = time;
    decoder.decode(tracepoint, order.tail(), stats);
    if (size >= COMMON_PID_AT + Integer.BYTES && attr.tidAt != PerfAttr.ABSENT) {
      comparePids(numbers.s32(b, raw + COMMON_PID_AT), numbers.s32(b, records.from() + attr.tidAt + Integer.BYTES));
    }
  }

  /** Sets the record of a tracepoint to the raw data of the sample in hand. */
  private void begin(RecordReader records, int raw, int size) {
    tracepoint.b = records.bytes();
    tracepoint.from = raw;
    tracepoint.to = raw + size;
    tracepoint.offset = records.offset();
    tracepoint.framed = records.charge();
  }

  private void comparePids(int common, int tid) {
    if (tid != common && tid != -1) { // -1: the task is gone already (kernel/events/core.c perf_event_pid_type())
      otherPidSeen = true;
    } else if (common > 0) {
      samePidSeen = true;
    }
  }

  private void pageFault(RecordReader records, PerfAttr attr, long time, int cpu) {
    byte[] b = records.bytes();
    int from = records.from();
    boolean user = (records.misc() & MISC_CPUMODE) == MISC_USER;
    EventBatch events = order.tail();
    EventKind kind = user ? PageFaultEvents.PAGE_FAULT_USER : PageFaultEvents.PAGE_FAULT_KERNEL;
    add(kind, records, attr, time, cpu);
    events.put(Field.ADDRESS, numbers.u64(b, from + attr.addrAt));
    keep(events, b, from, records.to(), tag(attr));
    stats.decodedRecord(records.charge());
  }

  private void other(RecordReader records, PerfAttr attr, long time, int cpu) {
    EventBatch events = order.tail();
    add(EventKind.UNKNOWN, records, attr, time, cpu);
    keep(events, records.bytes(), records.from(), records.to(), tag(attr));
  }

  private void add(EventKind kind, RecordReader records, PerfAttr attr, long time, int cpu) {
    EventBatch events = order.tail();
    head.pid = attr.tidAt == PerfAttr.ABSENT ? -1 : numbers.s32(records.bytes(), records.from() + attr.tidAt + Integer.BYTES);
    head.cpu = cpu;
    head.time = time;
    head.place = events.size();
    head.offset = records.offset();
    events.add(kind, head);
  }

  private static int tag(PerfAttr attr) {
    return TAG_SAMPLES - attr.index;
  }

  private void damaged(RecordReader records, String what) {
    damagedAt(records, records.lastTime, what);
    order.added();
  }

  private void damagedAt(RecordReader records, long time, String what) {
    EventBatch events = order.tail();
    events.addMarker(MarkerEvents.DAMAGED, -1, time, events.size(), records.offset());
    keepNothing(events);
    stats.problemAt(records.offset(), ImportStat.BAD_VALUE, what);
    stats.damagedBytes(records.charge());
  }

  /** Counts the events of unknown kinds by their names. */
  void finish() {
    for (PerfAttr attr : description.attrs.all()) {
      if (attr.unknown > 0) {
        stats.named(attr.name, attr.unknown);
      }
    }
  }
}
