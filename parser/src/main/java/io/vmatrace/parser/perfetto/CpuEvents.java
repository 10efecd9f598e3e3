package io.vmatrace.parser.perfetto;

import com.google.protobuf.CodedOutputStream;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.Field;
import io.vmatrace.parser.event.specs.MarkerEvents;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.record.CpuMerge;
import io.vmatrace.parser.record.RawRecord;
import io.vmatrace.parser.stat.ImportStat;
import io.vmatrace.parser.stat.ImportStats;
import java.io.IOException;
import org.eclipse.collections.impl.list.mutable.primitive.LongArrayList;
import org.jspecify.annotations.Nullable;

/** The events of one CPU, bundle by bundle, which are in the order of time; and where some are missing. */
final class CpuEvents implements CpuMerge.Stream {
  private static final int INITIAL_EVENTS = 1 << 8;

  private final PerfettoPass pass;
  private final int cpu;
  private final LongArrayList places;
  private final EventBatch batch = new EventBatch(INITIAL_EVENTS);
  private final Bundle bundle = new Bundle();
  private final CompactSched compact = new CompactSched();
  private int nextPlace;
  private int nextGap;
  private boolean ended;

  /** Where the packet in hand is in the file, and whose counts are its events: those of compressed packets are scaled. */
  private long offset;

  private ImportStats stats;

  /** Whether events are missing before the next one, where a marker is due. */
  private boolean missing;

  private boolean begun;
  private long lastTime;

  /** The task that runs, or -1. */
  private int current = -1;

  private int nextSwitch;
  private int nextWaking;

  CpuEvents(PerfettoPass pass, int cpu, LongArrayList places, boolean raw) {
    this.pass = pass;
    this.cpu = cpu;
    this.places = places;
    stats = pass.plain;
    batch.keepRaw(raw);
  }

  @Override
  public @Nullable EventBatch next() throws CaptureException {
    batch.clear();
    while (batch.size() == 0 && !ended) {
      if (nextPlace < places.size()) {
        long place = places.get(nextPlace++);
        offset = place >>> 1;
        passGaps(offset);
        boolean packed = (place & 1) != 0;
        stats = packed ? pass.packed : pass.plain;
        pass.bundles(place, this::bundle);
      } else {
        ended = true;
        passGaps(Long.MAX_VALUE);
        if (missing) {
          mark(MarkerEvents.LOST_EVENTS, lastTime);
          pass.marks++;
        }
      }
    }
    return batch.size() == 0 ? null : batch;
  }

  private void passGaps(long before) {
    LongArrayList gaps = pass.contents.gaps;
    for (; nextGap < gaps.size() && gaps.get(nextGap) <= before; nextGap++) {
      missing = true;
    }
  }

  /** Decodes a bundle in [from, to), where it is of this CPU. */
  private void bundle(byte[] b, int from, int to) {
    bundle.read(b, from, to);
    if (bundle.cpu != cpu) {
      return;
    }
    beginBundle();
    compact(b);
    int at = from;
    while (at < to) {
      at = events(b, at, to);
    }
    restOfCompact(b, Long.MAX_VALUE);
  }

  /** What is missing before it. */
  private void beginBundle() {
    if (!begun) {
      begun = true;
      if (bundle.previousEnd > 0 || bundle.lastRead > 0 || bundle.previousEnd < 0 && bundle.lastRead < 0 && pass.contents.bundles().beginsLate) {
        mark(MarkerEvents.BUFFER_STARTED, Math.max(0, bundle.previousEnd));
      }
    } else if (bundle.previousEnd > 0 && bundle.previousEnd != lastTime) {
      missing = true;
    }
    if (bundle.error) {
      stats.problemAt(offset, ImportStat.BAD_VALUE, "a page of the kernel's buffer that Perfetto could not read");
      stats.lostSome();
    }
    if (bundle.lost) {
      missing = true;
      pass.kernelLosses++;
      pass.lostCpus.add(cpu);
    }
  }

  private void compact(byte[] b) {
    compact.clear();
    nextSwitch = 0;
    nextWaking = 0;
    if (bundle.compactFrom >= 0) {
      try {
        compact.read(b, bundle.compactFrom, bundle.compactTo);
      } catch (IOException e) {
        missing = true;
        stats.problemAt(offset, ImportStat.BAD_VALUE, "switches of tasks by columns: " + e.getMessage());
        stats.damagedBytes(bundle.compactTo - bundle.compactFrom);
      }
    }
  }

  /** Decodes the events from a place on, until one that is damaged; where the next one may be. */
  private int events(byte[] b, int from, int to) {
    Message fields = new Message(b, from, to);
    int event = from;
    int behind = from;
    try {
      while (fields.next()) {
        if (fields.isBytes(Bundle.EVENT)) {
          event = fields.from;
          behind = fields.to;
          pass.reader.read(b, fields);
          event(b, framed(behind - event));
          event = behind;
        }
      }
      return to;
    } catch (IOException e) {
      missing = true;
      stats.problemAt(offset, ImportStat.BAD_VALUE, "an event of Perfetto's: " + e.getMessage());
      boolean inside = event < behind;
      stats.damagedBytes(inside ? framed(behind - event) : to - event);
      return inside ? behind : to;
    }
  }

  private static int framed(int length) {
    return 1 + CodedOutputStream.computeUInt32SizeNoTag(length) + length;
  }

  /** Takes the event that has been read. */
  private void event(byte[] b, int framed) {
    RawRecord record = pass.reader.record;
    restOfCompact(b, current < 0 || current == record.pid ? record.time - 1 : record.time);
    if (record.time >= bundle.errorFrom) {
      missing = true;
    }
    current = record.pid;
    decode(record, framed);
  }

  private void decode(RawRecord record, int framed) {
    if (missing) {
      mark(MarkerEvents.LOST_EVENTS, record.time);
      pass.marks++;
      missing = false;
    }
    record.cpu = cpu;
    record.offset = offset;
    record.framed = framed;
    lastTime = record.time;
    pass.shapes.decoder.decode(record, batch, stats);
  }

  /** Decodes the switches and wake-ups up to a time. */
  private void restOfCompact(byte[] b, long until) {
    int events = compact.switches() + compact.wakings();
    int framed = events == 0 ? 0 : (bundle.compactTo - bundle.compactFrom) / events;
    while (true) {
      long switched = nextSwitch < compact.switches() ? compact.time(CompactSched.SWITCH_TIME, nextSwitch) : Long.MAX_VALUE;
      long waking = nextWaking < compact.wakings() ? compact.time(CompactSched.WAKING_TIME, nextWaking) : Long.MAX_VALUE;
      if (Math.min(switched, waking) > until || nextSwitch + nextWaking == events) {
        return;
      }
      try {
        if (waking <= switched) {
          waking(b, nextWaking++, waking);
        } else {
          switched(b, nextSwitch++, switched);
        }
        decode(pass.columns.record, framed);
      } catch (IOException e) {
        missing = true;
        stats.problemAt(offset, ImportStat.BAD_VALUE, "a switch of tasks: " + e.getMessage());
      }
    }
  }

  /** The task that goes is the one that ran. */
  private void switched(byte[] b, int i, long time) throws IOException {
    EventReader event = pass.columns;
    long name = compact.value(CompactSched.NEXT_COMM, i);
    event.begin(b, FtraceMessages.SCHED_SWITCH, time, current);
    event.number(4, compact.value(CompactSched.PREV_STATE, i));
    event.text(5, compact.nameFrom(name), compact.nameTo(name));
    event.number(6, compact.value(CompactSched.NEXT_PID, i));
    event.number(7, compact.value(CompactSched.NEXT_PRIO, i));
    event.end();
    current = (int) compact.value(CompactSched.NEXT_PID, i);
  }

  private void waking(byte[] b, int i, long time) throws IOException {
    EventReader event = pass.columns;
    long name = compact.value(CompactSched.WAKING_COMM, i);
    event.begin(b, FtraceMessages.SCHED_WAKING, time, current);
    event.text(1, compact.nameFrom(name), compact.nameTo(name));
    event.number(2, compact.value(CompactSched.WAKING_PID, i));
    event.number(3, compact.value(CompactSched.WAKING_PRIO, i));
    event.number(5, compact.value(CompactSched.TARGET_CPU, i));
    event.end();
  }

  private void mark(EventKind kind, long when) {
    batch.addMarker(kind, cpu, when, batch.size(), offset);
    batch.put(Field.CPU, cpu);
    batch.put(Field.COUNT, 0);
    if (batch.isRawKept()) {
      batch.putRaw(new byte[0], 0, 0, -1);
    }
  }
}
