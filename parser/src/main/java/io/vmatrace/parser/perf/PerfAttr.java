package io.vmatrace.parser.perf;

import io.vmatrace.parser.bytes.Numbers;

/**
 * A requested event, and the layout of its samples (include/uapi/linux/perf_event.h struct perf_event_attr,
 * PERF_RECORD_SAMPLE). Its size has grown with the kernels; what lies after the fields read here does not matter.
 */
final class PerfAttr {
  /** PERF_ATTR_SIZE_VER0. */
  static final int SMALLEST = 64;

  static final int TYPE_SOFTWARE = 1;
  static final int TYPE_TRACEPOINT = 2;

  private static final int SAMPLE_IP = 1;
  private static final int SAMPLE_TID = 1 << 1;
  private static final int SAMPLE_TIME = 1 << 2;
  private static final int SAMPLE_ADDR = 1 << 3;
  private static final int SAMPLE_READ = 1 << 4;
  private static final int SAMPLE_CALLCHAIN = 1 << 5;
  private static final int SAMPLE_ID = 1 << 6;
  private static final int SAMPLE_CPU = 1 << 7;
  private static final int SAMPLE_PERIOD = 1 << 8;
  private static final int SAMPLE_STREAM_ID = 1 << 9;
  private static final int SAMPLE_RAW = 1 << 10;
  private static final int SAMPLE_IDENTIFIER = 1 << 16;

  private static final int READ_ENABLED = 1;
  private static final int READ_RUNNING = 1 << 1;
  private static final int READ_ID = 1 << 2;
  private static final int READ_GROUP = 1 << 3;
  private static final int READ_LOST = 1 << 4;

  private static final int FLAG_EXCLUDE_KERNEL = 5;
  private static final int FLAG_FREQ = 10;
  private static final int FLAG_SAMPLE_ID_ALL = 18;
  private static final int FLAG_USE_CLOCKID = 25;
  private static final int FLAG_WRITE_BACKWARD = 27;

  /** A field that the samples do not have. */
  static final int ABSENT = -1;

  private static final int HEADER = 8;

  final int type;
  final long config;
  final long period;
  final long sampleType;
  private final long readFormat;
  private final long flags;
  private final int clockId;

  /** Where fields are in a sample, from its header on. */
  final int idAt;

  final int ipAt;
  final int tidAt;
  final int timeAt;
  final int addrAt;
  final int cpuAt;

  /** Bytes that every sample has before the first field of a length of its own. */
  final int fixedBytes;

  /** Where fields are at the end of a record that is no sample, counted from the record's end; {@link #ABSENT}. */
  final int idFromEnd;

  final int tidFromEnd;
  final int timeFromEnd;
  final int cpuFromEnd;
  final int sampleIdBytes;

  /** Its name, and the use of its samples; resolved once everything is known that the file says about it. */
  String name = "";

  SampleUse use = SampleUse.UNKNOWN;

  /** Which of the file's events it is, from 0. */
  int index;

  /** How many samples are of an event that is not read here. */
  long unknown;

  /** Reads one of at least {@link #SMALLEST} bytes at [from, to). */
  PerfAttr(Numbers numbers, byte[] b, int from, int to) {
    int size = (int) Math.min(numbers.u32(b, from + 4), to - from);
    type = numbers.s32(b, from);
    config = numbers.u64(b, from + 8);
    period = numbers.u64(b, from + 16);
    sampleType = numbers.u64(b, from + 24);
    readFormat = numbers.u64(b, from + 32);
    long word = numbers.u64(b, from + 40);
    flags = numbers == Numbers.BIG_ENDIAN ? Long.reverse(word) : word; // bit-fields begin at the other end there
    clockId = size >= 96 ? numbers.s32(b, from + 92) : 0;

    Places places = new Places();
    int identifier = places.next(SAMPLE_IDENTIFIER);
    ipAt = places.next(SAMPLE_IP);
    tidAt = places.next(SAMPLE_TID);
    timeAt = places.next(SAMPLE_TIME);
    addrAt = places.next(SAMPLE_ADDR);
    int id = places.next(SAMPLE_ID);
    idAt = identifier != ABSENT ? identifier : id;
    places.next(SAMPLE_STREAM_ID);
    cpuAt = places.next(SAMPLE_CPU);
    places.next(SAMPLE_PERIOD);
    fixedBytes = places.at;

    Places fromEnd = new Places();
    fromEnd.at = 0;
    int identifierFromEnd = fromEnd.nextFromEnd(SAMPLE_IDENTIFIER);
    cpuFromEnd = fromEnd.nextFromEnd(SAMPLE_CPU);
    fromEnd.nextFromEnd(SAMPLE_STREAM_ID);
    int plainId = fromEnd.nextFromEnd(SAMPLE_ID);
    idFromEnd = identifierFromEnd != ABSENT ? identifierFromEnd : plainId;
    timeFromEnd = fromEnd.nextFromEnd(SAMPLE_TIME);
    tidFromEnd = fromEnd.nextFromEnd(SAMPLE_TID);
    sampleIdBytes = fromEnd.at;
  }

  /** Gives fields their places one after the other: each has 8 bytes. */
  private final class Places {
    private int at = HEADER;

    private int next(int field) {
      if (!has(field)) {
        return ABSENT;
      }
      at += Long.BYTES;
      return at - Long.BYTES;
    }

    private int nextFromEnd(int field) {
      if (!has(field)) {
        return ABSENT;
      }
      at += Long.BYTES;
      return at;
    }
  }

  private boolean has(int field) {
    return (sampleType & field) != 0;
  }

  private boolean flag(int bit) {
    return (flags >>> bit & 1) != 0;
  }

  boolean isTracepoint() {
    return type == TYPE_TRACEPOINT;
  }

  /**
   * Whether every occurrence has a sample: none is left out by a period, a frequency, or because the kernel was not to be looked at. A period
   * leaves none out where the samples of a software event or tracepoint have it (kernel/events/core.c perf_swevent_event(), 6.18).
   */
  boolean isOfEvery() {
    return (period == 1 || has(SAMPLE_PERIOD)) && !flag(FLAG_FREQ) && !(isTracepoint() && flag(FLAG_EXCLUDE_KERNEL));
  }

  /** Whether its buffer is written backward, which overwrites the oldest events (record --overwrite). */
  boolean isOverwriting() {
    return flag(FLAG_WRITE_BACKWARD);
  }

  /** How often there is a sample, for a person. */
  String rate() {
    if (flag(FLAG_FREQ)) {
      return "%d samples a second".formatted(period);
    }
    return isTracepoint() && flag(FLAG_EXCLUDE_KERNEL) ? "of user mode only" : "every %d".formatted(period);
  }

  boolean hasRaw() {
    return has(SAMPLE_RAW);
  }

  /** Whether records that are no samples end with the fields of {@link #sampleIdBytes}. */
  boolean isSampleIdAll() {
    return flag(FLAG_SAMPLE_ID_ALL);
  }

  /** The name of its clock, as trace clocks are called: perf's own unless another was asked for (record -k). */
  String clock() {
    if (!flag(FLAG_USE_CLOCKID)) {
      return "perf";
    }
    return switch (clockId) {
      case 0 -> "realtime";
      case 1 -> "mono";
      case 4 -> "mono_raw";
      case 7 -> "boot";
      case 11 -> "tai";
      default -> "clockid " + clockId;
    };
  }

  /** Where the raw data's u32 size is in the sample at [from, to); {@link #ABSENT} when the sample ends before it. */
  int rawAt(Numbers numbers, byte[] b, int from, int to) {
    int at = from + fixedBytes;
    if (has(SAMPLE_READ)) {
      at = behindRead(numbers, b, at, to);
    }
    if (at != ABSENT && has(SAMPLE_CALLCHAIN)) {
      at = behindEntries(at + Long.BYTES, entries(numbers, b, at, to), Long.BYTES);
    }
    return at == ABSENT || at > to - Integer.BYTES ? ABSENT : at;
  }

  /** Passes struct read_format (perf_event.h). */
  private int behindRead(Numbers numbers, byte[] b, int at, int to) {
    int times = count(READ_ENABLED) + count(READ_RUNNING);
    int each = 1 + count(READ_ID) + count(READ_LOST);
    if ((readFormat & READ_GROUP) != 0) {
      return behindEntries(at + (1 + times) * Long.BYTES, entries(numbers, b, at, to), each * Long.BYTES);
    }
    return at + (times + each) * Long.BYTES;
  }

  private int count(int bit) {
    return (readFormat & bit) != 0 ? 1 : 0;
  }

  /** The u64 at a place that says how many entries follow; -1 when the sample has no room for so many. */
  private static long entries(Numbers numbers, byte[] b, int at, int to) {
    long count = at > to - Long.BYTES ? -1 : numbers.u64(b, at);
    return count > to - at ? -1 : count;
  }

  /** The index after some entries of a size; {@link #ABSENT} when their count is negative. */
  private static int behindEntries(int from, long count, int size) {
    return count < 0 ? ABSENT : (int) Math.min(from + count * size, Integer.MAX_VALUE);
  }
}
