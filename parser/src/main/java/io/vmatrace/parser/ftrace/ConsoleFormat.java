package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.text.LineDecoder;
import io.vmatrace.parser.text.LineFormat;

/** A kernel log: a serial console, dmesg or syslog, in which a dying kernel may have dumped the trace (ftrace_dump_on_oops). */
public final class ConsoleFormat implements LineFormat {
  /** Lines as the known ways of logs have them. */
  public static final ConsoleFormat KERNEL_LOG = new ConsoleFormat(ConsoleMargin.NONE);

  private final ConsoleMargin margin;

  private ConsoleFormat(ConsoleMargin margin) {
    this.margin = margin;
  }

  /** The format of the lines in [from, to), each of which may begin with the same words of nobody knows whom. */
  public static ConsoleFormat of(byte[] b, int from, int to) {
    OddBytes.softenBlanks(b, from, to);
    ConsoleMargin margin = ConsoleMargin.of(b, from, to);
    return margin == ConsoleMargin.NONE ? KERNEL_LOG : new ConsoleFormat(margin);
  }

  /** What in the lines of [from, to) says that they are a kernel's log. */
  public LogSigns signs(byte[] b, int from, int to) {
    return LogSigns.in(margin, b, from, to);
  }

  @Override
  public String format() {
    return "kernel-log";
  }

  @Override
  public String ground() {
    return "lines of a kernel log: stamps, \"Dumping ftrace buffer:\", or an oops, a BUG or a warning";
  }

  @Override
  public LineDecoder decoder(int lineBytes, EventNames names) {
    return new ConsoleDecoder(margin, lineBytes, names);
  }

  @Override
  public boolean isSequential() {
    return true;
  }
}
