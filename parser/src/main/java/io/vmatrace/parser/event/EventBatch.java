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

  private final CallMarks calls = new CallMarks();
  private final RawBytes raw = new RawBytes();

  public EventBatch() {
    this(INITIAL_EVENTS);
  }

  /** One that has room for so many events before it grows. */
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
    calls.clear();
    raw.clear();
  }

  /** Whether {@link #raw} is kept from now on: for callers that quote events; the check does not. */
  public void keepRaw(boolean kept) {
    raw.keep(kept, who.length);
  }

  /** Whether the bytes of each event are kept. */
  public boolean isRawKept() {
    return raw.isKept();
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

  /** Appends an event with no values; {@link #put} then fills them. */
  public void add(EventKind kind, EventHead head) {
    int at = append(kind);
    who[at] = (long) head.pid << 32 | (head.cpu & 0xffffL) << 16 | (head.context & 0xffL) << 8 | kind.ordinal();
    time[at] = head.time;
    where[at] |= (long) head.place << 32;
    offset[at] = head.offset;
  }

  /**
   * Appends an event of no task, with no values.
   *
   * @param cpu or -1
   * @param place as {@link EventHead#place}
   * @param from as {@link EventHead#offset}
   */
  public void addMarker(EventKind kind, int cpu, long when, int place, long from) {
    int at = append(kind);
    who[at] = -1L << 32 | (cpu & 0xffffL) << 16 | '.' << 8 | kind.ordinal();
    time[at] = when;
    where[at] |= (long) place << 32;
    offset[at] = from;
  }

  /** Makes room for one more event and its values; where it is. */
  private int append(EventKind kind) {
    if (size == who.length) {
      growEvents();
    }
    int width = kind.width();
    reserveValuesTo(valuesEnd + width);
    int at = size++;
    where[at] = valuesEnd;
    present[at] = 0;
    valuesEnd += width;
    calls.add(at);
    raw.add(at);
    return at;
  }

  /**
   * Keeps the bytes of the last appended event, where {@link #isRawKept}.
   *
   * @param tag what they are, as the decoder numbers its formats
   */
  public void putRaw(byte[] bytes, int from, int to, int tag) {
    raw.put(size - 1, bytes, from, to, tag);
  }

  /** Appends copies of another batch's events with all that belongs to them but their lines, which become their places in this batch. */
  public void append(EventBatch from, int first, int count) {
    int end = first + count;
    int begin = from.valuesAt(first);
    int width = (end < from.size ? from.valuesAt(end) : from.valuesEnd) - begin;
    while (size + count > who.length) {
      growEvents();
    }
    reserveValuesTo(valuesEnd + width);
    System.arraycopy(from.who, first, who, size, count);
    System.arraycopy(from.time, first, time, size, count);
    System.arraycopy(from.present, first, present, size, count);
    System.arraycopy(from.values, begin, values, valuesEnd, width);
    for (int i = first, at = size; i < end; i++, at++) {
      where[at] = (long) at << 32 | valuesEnd + from.valuesAt(i) - begin;
      offset[at] = from.firstOffset + from.offset[i];
    }
    size += count;
    valuesEnd += width;
    if (raw.isKept() || calls.any() || from.calls.any()) {
      for (int i = first, at = size - count; i < end; i++, at++) {
        calls.copy(at, from.calls, i, who.length);
        raw.copy(at, from.raw, i);
      }
    }
  }

  /** Appends a copy of one event, as {@link #append(EventBatch, int, int)} does. */
  public void append(EventBatch from, int i) {
    append(from, i, 1);
  }

  /**
   * Appends a copy of another batch's event whose time is not known but for its bounds: the event before it on its CPU, and this.
   *
   * @param latest the latest time that it can have had
   * @param from where its bytes begin, counted from {@link #firstOffset(long)}
   */
  public void appendAt(EventBatch of, int i, long latest, long from) {
    long copied = of.who[i];
    int at = append(EventKind.of((int) copied & 0xff));
    who[at] = copied | TIME_IS_LATEST;
    time[at] = latest;
    where[at] |= (long) at << 32;
    offset[at] = from;
    present[at] = of.present[i];
    System.arraycopy(of.values, of.valuesAt(i), values, valuesAt(at), valuesEnd - valuesAt(at));
  }

  /** Gives the last appended event a value; a field that its kind does not have is skipped. */
  public void put(Field field, long value) {
    int slot = kind(size - 1).slot(field);
    if (slot >= 0) {
      putSlot(slot, value);
    }
  }

  /** Gives the last appended event the value of the slot-th field of its kind. */
  public void putSlot(int slot, long value) {
    putSlot(size - 1, slot, value);
  }

  /** Gives an event the value of the slot-th field of its kind. */
  public void putSlot(int i, int slot, long value) {
    values[valuesAt(i) + slot] = value;
    present[i] |= 1 << slot;
  }

  /** Marks the last appended event as a call at a depth, at most {@link Calls#MOST_DEPTH}, whose return needs its values. */
  public void markCall(int depth) {
    calls.markCall(size - 1, depth, who.length);
  }

  /** Marks the last appended event as a return at a depth, which lacks its call's values. */
  public void markReturn(int depth) {
    calls.markReturn(size - 1, depth, who.length);
  }

  /** Which events are marked as calls and returns. */
  public CallMarks calls() {
    return calls;
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
    reserveValuesTo(valuesEnd);
  }

  /** Takes the last appended event back. */
  public void removeLast() {
    size--;
    valuesEnd = valuesAt(size);
    raw.remove(size);
  }

  /** Whether the last appended event has all values of a mask of slots. */
  public boolean lastHas(int slots) {
    return (lastPresent() & slots) == slots;
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

  /** The bytes of the events, where {@link #isRawKept}. */
  public RawBytes raw() {
    return raw;
  }

  /** Whether the event was raised in hard-interrupt, soft-interrupt or NMI context, and so only happens to carry the task's pid. */
  public boolean inInterrupt(int i) {
    return EventHead.isInterrupt((int) who[i] >> 8 & 0x7f);
  }

  /** Whether the task was in its own context with preemption switched off, as far as the capture says. */
  public boolean isAtomic(int i) {
    return ((int) who[i] >> 8 & 0x7f) == 'p';
  }

  public boolean has(int i, Field field) {
    int slot = slot(i, field);
    return slot >= 0 && (present[i] >>> slot & 1) != 0;
  }

  /** The value of a field, or 0 when it is absent: {@link #has} tells the difference. */
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
    calls.grow(n);
    raw.keep(raw.isKept(), n);
  }

  private void reserveValuesTo(int end) {
    if (end > values.length) {
      values = Arrays.copyOf(values, Math.max(values.length * 2, end));
    }
  }

  private int valuesAt(int i) {
    return (int) where[i];
  }
}
