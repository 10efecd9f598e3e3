package io.vmatrace.parser.event;

import java.util.Arrays;

/**
 * The events of one chunk of a capture, in order, as columns. A decoder appends; everything else reads. Batches
 * are reused, so nothing may keep one.
 */
public final class EventBatch {
  private static final int INITIAL_EVENTS = 1 << 14;

  /** A bit of the context that no character of the flags column has. */
  private static final long TIME_IS_LATEST = 0x8000;

  private int size;

  /** Ordinal of the kind in the low byte, context in the next, CPU in the next two, task in the upper four. */
  private long[] who;

  private long[] time;

  /** Where an event's values begin in the lower half, its line in the upper. */
  private long[] where;

  private int[] present;
  private long[] values;
  private int valuesEnd;
  private long firstLine = 1;

  /** Where an event's bytes begin in the chunk (text) or in the decompressed file (binary); see {@link #firstOffset(long)}. */
  private long[] offset;

  private long firstOffset;

  /** The bytes of each event and what they are, kept only on demand: begins in the first array, one more than there are events. */
  private boolean rawKept;

  /** For each event {@link #call} plus one, or {@link #returned} plus one as a negative number; only once one was marked. */
  private byte[] depths = {};

  private boolean hasDepths;

  private byte[] raw = {};
  private int[] rawFrom = {};
  private int[] rawTag = {};
  private int rawEnd;

  public EventBatch() {
    this(INITIAL_EVENTS);
  }

  /** A batch that has room for so many events before it grows. */
  public EventBatch(int events) {
    who = new long[events];
    time = new long[events];
    where = new long[events];
    present = new int[events];
    values = new long[events * 4];
    offset = new long[events];
  }

  /** Forgets all events. */
  public void clear() {
    size = 0;
    valuesEnd = 0;
    firstLine = 1;
    firstOffset = 0;
    rawEnd = 0;
    hasDepths = false;
  }

  /** Whether {@link #raw} is to be kept from now on: for those who want an event's own words, and not for the check. */
  public void keepRaw(boolean kept) {
    rawKept = kept;
    if (kept) {
      rawFrom = Arrays.copyOf(rawFrom, who.length);
      rawTag = Arrays.copyOf(rawTag, who.length);
    }
  }

  /** Whether the bytes of each event are kept. */
  public boolean isRawKept() {
    return rawKept;
  }

  /** Sets the line number (from 1) of the capture at which this batch's chunk begins. */
  public void firstLine(long line) {
    firstLine = line;
  }

  /** Sets the offset in the decompressed capture at which this batch's chunk begins; 0 where events have offsets of their own. */
  public void firstOffset(long bytes) {
    firstOffset = bytes;
  }

  public int size() {
    return size;
  }

  /**
   * Appends an event with no values; {@link #put} then fills them.
   *
   * @param line line within the chunk, or record within the batch, from 0
   * @param from where the event's bytes begin, counted from {@link #firstOffset(long)}
   * @param context the interrupt-context character of the flags column ('.' or 0 for a task's own context)
   */
  public void add(EventKind kind, int task, int cpu, long time, int line, long from, byte context) {
    if (size == who.length) {
      growEvents();
    }
    int width = kind.width();
    if (valuesEnd + width > values.length) {
      values = Arrays.copyOf(values, Math.max(values.length * 2, valuesEnd + width));
    }
    int at = size++;
    who[at] = (long) task << 32 | (cpu & 0xffffL) << 16 | (context & 0xffL) << 8 | kind.ordinal();
    this.time[at] = time;
    where[at] = (long) line << 32 | valuesEnd;
    present[at] = 0;
    offset[at] = from;
    valuesEnd += width;
    if (rawKept) {
      rawFrom[at] = rawEnd;
    }
    if (hasDepths) {
      depths[at] = 0;
    }
  }

  /** Appends an event with no values; {@link #put} then fills them. */
  public void add(EventKind kind, EventHead head) {
    add(kind, head.pid, head.cpu, head.time, head.place, head.offset, head.context);
  }

  /**
   * Appends an event of no task with no values.
   *
   * @param cpu or -1
   * @param place as {@link EventHead#place}
   * @param from as {@link EventHead#offset}
   */
  public void addMarker(EventKind kind, int cpu, long time, int place, long from) {
    add(kind, -1, cpu, time, place, from, (byte) '.');
  }

  /**
   * Keeps the bytes of the last appended event, where {@link #isRawKept}.
   *
   * @param tag what they are, as the decoder numbers its formats
   */
  public void putRaw(byte[] bytes, int from, int to, int tag) {
    int length = to - from;
    if (rawEnd + length > raw.length) {
      raw = Arrays.copyOf(raw, Math.max(rawEnd + length, raw.length * 2));
    }
    System.arraycopy(bytes, from, raw, rawEnd, length);
    rawEnd += length;
    rawTag[size - 1] = tag;
  }

  /** Appends a copy of another batch's event with all that belongs to it but its line, which becomes its place in this batch. */
  public void append(EventBatch from, int i) {
    if (size == who.length) {
      growEvents();
    }
    int begin = from.valuesAt(i);
    int width = (i + 1 < from.size ? from.valuesAt(i + 1) : from.valuesEnd) - begin;
    if (valuesEnd + width > values.length) {
      values = Arrays.copyOf(values, values.length * 2);
    }
    int at = size++;
    who[at] = from.who[i];
    time[at] = from.time[i];
    where[at] = (long) at << 32 | valuesEnd;
    present[at] = from.present[i];
    offset[at] = from.firstOffset + from.offset[i];
    for (int k = 0; k < width; k++) {
      values[valuesEnd + k] = from.values[begin + k];
    }
    valuesEnd += width;
    if (hasDepths || from.hasDepths) {
      depth(at, from.hasDepths ? from.depths[i] : 0);
    }
    if (rawKept) {
      rawFrom[at] = rawEnd;
      putRaw(from.raw, from.rawFrom[i], from.rawTo(i), from.rawTag[i]);
    }
  }

  /**
   * Appends a copy of another batch's event whose time is not known but for its bounds: the event before it on its CPU, and this.
   *
   * @param latest the latest time that it can have had
   * @param from where its bytes begin, counted from {@link #firstOffset(long)}
   */
  public void appendAt(EventBatch of, int i, long latest, long from) {
    long copied = of.who[i];
    add(EventKind.of((int) copied & 0xff), (int) (copied >> 32), 0, latest, size, from, (byte) 0);
    int at = size - 1;
    who[at] = copied | TIME_IS_LATEST;
    present[at] = of.present[i];
    System.arraycopy(of.values, of.valuesAt(i), values, valuesAt(at), valuesEnd - valuesAt(at));
  }

  /** Gives the last appended event a value; a field that its kind does not have is passed over. */
  public void put(Field field, long value) {
    int slot = kind(size - 1).slot(field);
    if (slot >= 0) {
      putSlot(slot, value);
    }
  }

  /** Gives the last appended event the value of the slot-th field of its kind. */
  public void putSlot(int slot, long value) {
    values[valuesAt(size - 1) + slot] = value;
    present[size - 1] |= 1 << slot;
  }

  /** Gives an event the value of the slot-th field of its kind. */
  public void putSlot(int i, int slot, long value) {
    values[valuesAt(i) + slot] = value;
    present[i] |= 1 << slot;
  }

  /** Says that the last appended event is a call at a depth, at most {@link Calls#MOST_DEPTH}, whose return will want what it has. */
  public void markCall(int depth) {
    depth(size - 1, (byte) (depth + 1));
  }

  /** Says that the last appended event is a return at a depth, which lacks what its call has. */
  public void markReturn(int depth) {
    depth(size - 1, (byte) -(depth + 1));
  }

  private void depth(int i, byte depth) {
    if (!hasDepths) {
      hasDepths = true;
      depths = depths.length < who.length ? new byte[who.length] : depths;
      Arrays.fill(depths, 0, i, (byte) 0);
    }
    depths[i] = depth;
  }

  /** Whether there are calls or returns among the events. */
  public boolean hasCalls() {
    return hasDepths;
  }

  /** The depth of a marked call, or -1. */
  public int call(int i) {
    return hasDepths && depths[i] > 0 ? depths[i] - 1 : -1;
  }

  /** The depth of a marked return, or -1. */
  public int returned(int i) {
    return hasDepths && depths[i] < 0 ? -depths[i] - 1 : -1;
  }

  /** Makes an event {@link EventKind#UNKNOWN}, without values. */
  public void forget(int i) {
    who[i] = who[i] & ~0xffL | EventKind.UNKNOWN.ordinal();
    present[i] = 0;
  }

  /** The slots of an event that have values, as a mask. */
  public int present(int i) {
    return present[i];
  }

  /** Makes the last appended event one of another kind, without values. */
  public void turnLastInto(EventKind kind) {
    int at = size - 1;
    who[at] = who[at] & ~0xffL | kind.ordinal();
    present[at] = 0;
    valuesEnd = valuesAt(at) + kind.width();
    if (valuesEnd > values.length) {
      values = Arrays.copyOf(values, values.length * 2);
    }
  }

  /** Takes the last appended event back. */
  public void removeLast() {
    size--;
    valuesEnd = valuesAt(size);
    if (rawKept) {
      rawEnd = rawFrom[size];
    }
  }

  /** Whether the last appended event has all values of a mask of slots. */
  public boolean lastHas(int slots) {
    return (present[size - 1] & slots) == slots;
  }

  /** The slots of the last appended event that have values, as a mask. */
  public int lastPresent() {
    return present[size - 1];
  }

  /** The value of a slot of the last appended event. */
  public long lastValue(int slot) {
    return values[valuesAt(size - 1) + slot];
  }

  public EventKind kind(int i) {
    return EventKind.of((int) who[i] & 0xff);
  }

  /** The pid of the task that was current (the kernel's pid, user space's tid); 0 is the idle task, -1 none. */
  public int task(int i) {
    return (int) (who[i] >> 32);
  }

  /** The CPU, or -1 when the capture does not say. */
  public int cpu(int i) {
    return (short) (who[i] >> 16);
  }

  /** The time in the capture's unit ({@link ClockUnit}). */
  public long time(int i) {
    return time[i];
  }

  /**
   * Whether the time is only the latest that the event can have had; the earliest is the time of the event before it on its CPU.
   */
  public boolean isTimeLatest(int i) {
    return (who[i] & TIME_IS_LATEST) != 0;
  }

  /**
   * Where the event is in the capture: its line number from 1, or in a binary capture, and in a text with more events than lines, its
   * number in the order of time from 1.
   * Unique and increasing within a capture.
   */
  public long at(int i) {
    return firstLine + (where[i] >>> 32);
  }

  /** Where the event begins in the decompressed capture, in bytes. */
  public long offset(int i) {
    return firstOffset + offset[i];
  }

  /** The bytes of all events, where {@link #isRawKept}; those of one are in [{@link #rawFrom}, {@link #rawTo}). */
  public byte[] raw() {
    return raw;
  }

  public int rawFrom(int i) {
    return rawFrom[i];
  }

  public int rawTo(int i) {
    return i + 1 < size ? rawFrom[i + 1] : rawEnd;
  }

  /** What the bytes of an event are, as its decoder numbers its formats. */
  public int rawTag(int i) {
    return rawTag[i];
  }

  /** Whether the event was raised in hard-interrupt, soft-interrupt or NMI context, and so only happens to carry the task's pid. */
  public boolean inInterrupt(int i) {
    int c = (int) who[i] >> 8 & 0x7f;
    return c == 'h' || c == 'H' || c == 's' || c == 'z' || c == 'Z';
  }

  public boolean has(int i, Field field) {
    int slot = slot(i, field);
    return slot >= 0 && (present[i] >>> slot & 1) != 0;
  }

  /** The value of a field, or 0 when it is absent: ask {@link #has} where that matters. */
  public long value(int i, Field field) {
    int slot = slot(i, field);
    return slot < 0 || (present[i] >>> slot & 1) == 0 ? 0 : values[valuesAt(i) + slot];
  }

  private int slot(int i, Field field) {
    return EventKind.slot((int) who[i] & 0xff, field);
  }

  private void growEvents() {
    int n = who.length * 2;
    who = Arrays.copyOf(who, n);
    time = Arrays.copyOf(time, n);
    where = Arrays.copyOf(where, n);
    present = Arrays.copyOf(present, n);
    offset = Arrays.copyOf(offset, n);
    if (hasDepths) {
      depths = Arrays.copyOf(depths, n);
    }
    keepRaw(rawKept);
  }

  private int valuesAt(int i) {
    return (int) where[i];
  }
}
