package io.vmatrace.parser.record;

import io.vmatrace.parser.bytes.Numbers;
import io.vmatrace.parser.event.EventBatch;
import io.vmatrace.parser.event.EventHead;
import io.vmatrace.parser.event.EventKind;
import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.event.specs.MarkerEvents;
import io.vmatrace.parser.event.specs.MmapLockEvents;
import io.vmatrace.parser.stat.ImportStat;
import io.vmatrace.parser.stat.ImportStats;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.eclipse.collections.impl.map.mutable.primitive.IntObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Decodes records that begin with common_type, in ring-buffer pages and in the raw data of perf samples alike: by the formats in
 * the file, never from memory. Formats are added before the first record; then several threads may decode, each into batches and
 * counts of its own.
 */
public final class RecordDecoder {
  private static final int TYPES = 1 << 16;

  /** The common fields as every kernel since 2.6.31 has them; a format of the file's own goes first. */
  private static final int FLAGS_OFFSET = 2;

  private static final int PREEMPT_OFFSET = 3;
  private static final int PID_OFFSET = 4;
  private static final int COMMON_BYTES = 8;

  private final Numbers numbers;
  private final EventNames names;
  private final FunctionRecords functions;
  private final RecordPlan[] plans = new RecordPlan[TYPES];
  private final IntObjectHashMap<String> comms = new IntObjectHashMap<>();
  private int flagsOffset = FLAGS_OFFSET;
  private int preemptOffset = PREEMPT_OFFSET;
  private int pidOffset = PID_OFFSET;
  private int commonBytes = COMMON_BYTES;
  private boolean tellsPreemption;

  public RecordDecoder(Numbers numbers, EventNames names) {
    this.numbers = numbers;
    this.names = names;
    functions = new FunctionRecords(numbers);
  }

  /**
   * The records say whether preemption was switched off. Those of perf do not: they count what perf itself switches off too
   * (include/trace/perf.h).
   */
  public void tellPreemption() {
    tellsPreemption = true;
  }

  /** Decodes the records of the tracers function and function_graph. */
  public FunctionRecords functions() {
    return functions;
  }

  /** Adds the format of an event; a later one of the same id replaces it. */
  public void add(EventFormat format) {
    plans[format.id()] = new RecordPlan(format, names);
    format.field("common_flags", format.common()).ifPresent(field -> flagsOffset = field.offset());
    format.field("common_pid", format.common()).ifPresent(field -> pidOffset = field.offset());
    format.field("common_preempt_count", format.common()).ifPresent(field -> preemptOffset = field.offset());
    commonBytes = Math.max(COMMON_BYTES, Math.max(Math.max(flagsOffset, preemptOffset) + 1, pidOffset + Integer.BYTES));
  }

  /** Notes the name of a task. */
  public void comm(int pid, String comm) {
    comms.put(pid, comm);
  }

  /** The name of a task, empty when the file does not say. */
  public String comm(int pid) {
    String comm = comms.get(pid);
    return comm != null ? comm : pid == 0 ? "<idle>" : "";
  }

  /** The format that a common_type names, or null. */
  public @Nullable EventFormat format(int type) {
    RecordPlan plan = type < 0 || type >= TYPES ? null : plans[type];
    return plan == null ? null : plan.format;
  }

  /** Decodes one record, of which the bytes, the CPU, the time and the offset are known, and counts it with its frame. */
  public void decode(RawRecord record, EventBatch out, ImportStats stats) {
    if (record.length() < commonBytes) {
      damaged("a record", record, out, stats);
      return;
    }
    byte[] b = record.b;
    int from = record.from;
    int type = numbers.u16(b, from);
    RecordPlan plan = plans[type];
    begin(record, b, from);
    record.place = out.size();
    if (plan != null && plan.kind != null && plan.isPlain(record.length())) {
      out.add(plan.kind, record);
      plan.put(numbers, b, from, out);
      if (plan.memcgPath) {
        stats.memcgPath();
      }
      count(plan.kind, record.framed, out, stats);
    } else {
      decodeOther(type, record, out, stats);
    }
    if (out.isRawKept()) {
      out.putRaw(b, from, record.to, type);
    }
  }

  private void begin(RawRecord record, byte[] b, int from) {
    record.context = context(b[from + flagsOffset]);
    if (tellsPreemption && (b[from + preemptOffset] & 0xf) != 0) {
      record.context = EventHead.context(record.context, (byte) '1');
    }
    record.pid = numbers.s32(b, from + pidOffset);
  }

  /** Decodes what is not a whole record of a tracepoint or probe that is read here. Apart, so that the rest is small enough to be compiled into its caller. */
  private void decodeOther(int type, RawRecord record, EventBatch out, ImportStats stats) {
    RecordPlan plan = plans[type];
    if (plan == null || plan.kind == null) {
      out.add(EventKind.UNKNOWN, record);
      stats.named(plan == null ? "type " + type : plan.format.name(), 1);
      stats.unknownRecord(record.framed);
    } else if (!plan.complete) {
      out.add(EventKind.UNKNOWN, record);
      stats.problemAt(record.offset, ImportStat.LACKS_VALUES, plan.format.name());
      stats.ignoredRecord(record.framed);
    } else if (!plan.fits(record.length())) {
      damaged(plan.format.name(), record, out, stats);
    } else if (plan.function != null) {
      out.add(plan.kind, record);
      functions.decode(plan.function, plan.format.name(), record, out, stats);
    }
  }

  private static void damaged(String what, RawRecord record, EventBatch out, ImportStats stats) {
    out.addMarker(MarkerEvents.DAMAGED, -1, record.time, out.size(), record.offset);
    stats.problemAt(record.offset, ImportStat.BAD_VALUE, "%s of %d bytes".formatted(what, record.length()));
    stats.damagedBytes(record.framed);
  }

  private static void count(EventKind kind, int bytes, EventBatch out, ImportStats stats) {
    if (kind.isIgnored()) {
      stats.ignoredRecord(bytes);
      return;
    }
    if (kind == MmapLockEvents.MMAP_LOCK_START_LOCKING) {
      stats.pointer(out.lastValue(0));
    }
    stats.decodedRecord(bytes);
  }

  /** TRACE_FLAG_HARDIRQ 0x08, TRACE_FLAG_SOFTIRQ 0x10, TRACE_FLAG_NMI 0x40: include/linux/trace_events.h. */
  private static byte context(int flags) {
    return (flags & 0x58) == 0 ? (byte) '.' : interrupted(flags);
  }

  private static byte interrupted(int flags) {
    return (byte) ((flags & 0x40) != 0 ? 'z' : (flags & 0x08) != 0 ? 'h' : 's');
  }

  /** Every field of a record by name: {@code Long} for a number, {@code String} for text, hexadecimal digits for the rest. */
  public Map<String, Object> fields(byte[] b, int from, int to) {
    return RecordFields.of(numbers, format(to - from < 2 ? -1 : numbers.u16(b, from)), b, from, to);
  }

  /** A record as the kernel's own text would have it, but for the values' layout: {@code mm=0xff17556e8495ce00 write=true}. */
  public String text(byte[] b, int from, int to) {
    int type = to - from < 2 ? -1 : numbers.u16(b, from);
    String text = RecordFields.text(numbers, format(type), b, from, to);
    FunctionPlan function = type < 0 || plans[type] == null ? null : plans[type].function;
    String name = function == null ? null : functions.name(function, b, from, to);
    return name == null ? text : name + " " + text;
  }

  /** The flags of a record as the kernel's own text has them, such as {@code d..2.}. */
  public String flags(byte[] b, int from, int to) {
    return to - from < commonBytes ? "....." : ContextFlags.text(b[from + flagsOffset], b[from + preemptOffset]);
  }

  /** What a record's event is called: its name, or what there is in place of one. */
  public String name(byte[] b, int from, int to) {
    int type = to - from < 2 ? -1 : numbers.u16(b, from);
    EventFormat format = format(type);
    return format == null ? "type " + type : format.name();
  }

  /** Bytes up to a NUL as text; what is not UTF-8 is shown as such. */
  static String chars(byte[] b, int from, int to) {
    int end = from;
    while (end < to && b[end] != 0) {
      end++;
    }
    return new String(b, from, end - from, StandardCharsets.UTF_8);
  }
}
