package io.vmatrace.parser.event;

/** What every event has beside its values: task, CPU, time and place. A decoder fills one in for each event, and reuses it. */
public class EventHead {
  /** The pid of the task that was current (the kernel's pid, user space's tid), or -1 when the capture does not say. */
  public int pid = -1;

  /** The CPU, or -1 when the capture does not say. */
  public int cpu = -1;

  /** Nanoseconds, or ticks of the trace clock. */
  public long time;

  /** A task's own context, with preemption switched off; no character of the flags column. */
  private static final byte ATOMIC = 'p';

  /** By the depth: the bits in which {@link #ATOMIC} differs from '.', where preemption is switched off. */
  private static final byte[] CHANGE = new byte[256];

  static {
    for (char depth : "123456789abcdef".toCharArray()) {
      CHANGE[depth] = ATOMIC ^ '.';
    }
  }

  /** The contexts of interrupts, less 64, as a set of bits. */
  private static final long INTERRUPTS = 1L << 'h' | 1L << 'H' | 1L << 's' | 1L << 'z' | 1L << 'Z';

  /** The interrupt-context character of the flags column; '.' or 0 for a task's own context, p for that without preemption. */
  public byte context = '.';

  /** The line within the chunk, or the record within the batch, from 0. */
  public int place;

  /** Where the event's bytes begin, counted from {@link EventBatch#firstOffset(long)}. */
  public long offset;

  /** Whether a context, without its highest bit, is an interrupt's. */
  static boolean isInterrupt(int c) {
    return (c >>> 6 & INTERRUPTS >>> c & 1) != 0; // a shift takes the low six bits of its distance
  }

  /**
   * The context by two characters of the flags column.
   *
   * @param interrupt what interrupted the task
   * @param depth how often preemption was switched off, as a hexadecimal digit; anything else for not at all
   */
  public static byte context(byte interrupt, byte depth) {
    int own = ((interrupt ^ '.') & 0xff) - 1 >> 31; // all bits set in a task's own context; a branch that training never took costs a compilation
    return (byte) (interrupt ^ (CHANGE[depth & 0xff] & own));
  }
}
