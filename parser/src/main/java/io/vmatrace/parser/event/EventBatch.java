package io.vmatrace.parser.event;

import java.util.Arrays;

/**
 * The events of one chunk of a capture, in the capture's order, as columns. A decoder appends; everything else reads. Batches
 * are reused, so nothing may keep one.
 */
public final class EventBatch {
  private static final int INITIAL_EVENTS = 1 << 14;

  private int size;

  /** Ordinal of the kind in the low byte, context in the next, CPU in the next two, task in the upper four. */
  private long[] who = new long[INITIAL_EVENTS];

  private long[] time = new long[INITIAL_EVENTS];

  /** Where an event's values begin in the lower half, its line in the upper. */
  private long[] where = new long[INITIAL_EVENTS];

  private int[] present = new int[INITIAL_EVENTS];
  private long[] values = new long[INITIAL_EVENTS * 4];
  private int valuesEnd;
  private long firstLine = 1;

  /** Forgets all events. */
  public void clear() {
    size = 0;
    valuesEnd = 0;
    firstLine = 1;
  }

  /** Sets the line number (from 1) of the capture at which this batch's chunk begins. */
  public void firstLine(long line) {
    firstLine = line;
  }

  public int size() {
    return size;
  }

  /**
   * Appends an event with no values; {@link #put} then fills them.
   *
   * @param line line within the chunk, from 0
   * @param context the interrupt-context character of the flags column ('.' or 0 for a task's own context)
   */
  public void add(EventKind kind, int task, int cpu, long time, int line, byte context) {
    if (size == who.length) {
      growEvents();
    }
    int width = kind.width();
    if (valuesEnd + width > values.length) {
      values = Arrays.copyOf(values, values.length * 2);
    }
    int at = size++;
    who[at] = (long) task << 32 | (cpu & 0xffffL) << 16 | (context & 0xffL) << 8 | kind.ordinal();
    this.time[at] = time;
    where[at] = (long) line << 32 | valuesEnd;
    present[at] = 0;
    valuesEnd += width;
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

  /** Takes the last appended event back. */
  public void removeLast() {
    size--;
    valuesEnd = valuesAt(size);
  }

  /** Whether the last appended event has all values of a mask of slots. */
  public boolean lastHas(int slots) {
    return (present[size - 1] & slots) == slots;
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

  /** Where the event is in the capture: its line number from 1. Unique and increasing within a capture. */
  public long at(int i) {
    return firstLine + (where[i] >>> 32);
  }

  /** Whether the event was raised in hard-interrupt, soft-interrupt or NMI context, and so only happens to carry the task's pid. */
  public boolean inInterrupt(int i) {
    int c = (int) who[i] >> 8 & 0xff;
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
  }

  private int valuesAt(int i) {
    return (int) where[i];
  }
}
