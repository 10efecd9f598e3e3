package io.vmatrace.parser.text;

/** What a line says before its event: who, where and when. A cursor that is reused for every line; valid until the next one is read. */
public class LineHead {
  /** Where the task's name is. */
  public int commFrom;

  public int commTo;

  /** The task, or -1 when the line does not say. */
  public int pid;

  /** The CPU, or -1 when the line does not say. */
  public int cpu;

  /** The interrupt-context character of the flags, or '.'. */
  public byte context;

  /** Nanoseconds, or ticks when {@link #inSeconds} is false. */
  public long time;

  public boolean inSeconds;

  /** Where the event begins. */
  public int textFrom;
}
