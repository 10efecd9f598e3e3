package io.vmatrace.parser.stat;

/** Each fault of a line or a capture, and what it means for the person who recorded it. */
public enum ImportStat {
  NOT_AN_EVENT("line that is no event", "text that is not of the trace: console output, an editor's doing, or a format this program does not read", true),
  BAD_VALUE("event with an unreadable value", "the line was changed or torn after the kernel wrote it", true),
  BAD_TIME("event without a readable time", "the line was changed or torn after the kernel wrote it", true),
  TOO_LONG("line too long to be an event", "not a trace line; it was skipped", true),
  CUT_SHORT("last line without an end", "the capture was cut while it was written; record again, or take the whole file", true),
  TORN_IN_DUMP("line of a dump that is torn or foreign", "other output got between the lines of the dump, so it is not relied on, nor the line before it where that may be torn", true),
  MESSAGES_DROPPED("gap of messages that printk dropped", "the console was slower than the kernel: a smaller buffer_size_kb, a faster console, or kdump", true),
  NO_TASK(
      "event of a task that is not said",
      "print the task: perf script with tid, function_graph with the option funcgraph-proc",
      true),
  NUL_BYTES("line with NUL bytes", "serial consoles and files that a crash cut off have them; the rest of such a line is read as it is", false),
  LACKS_VALUES("event without the values that say what happened", "print a tracepoint's fields (perf script without -F), and define a probe with its arguments, see docs/CAPTURE.md", false),
  RAW_FORMAT("event in raw, hex or bin form", "switch the trace options raw, hex and bin off and record again", true);

  private final String text;
  private final String help;
  private final boolean damage;

  ImportStat(String text, String help, boolean damage) {
    this.text = text;
    this.help = help;
    this.damage = damage;
  }

  /** What it is, in the singular. */
  public String text() {
    return text;
  }

  /** What it means and what to do. */
  public String help() {
    return help;
  }

  /** Whether an event was lost by it, so that conclusions near it are not certain. */
  public boolean isDamage() {
    return damage;
  }
}
