package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.text.LineDecoder;
import io.vmatrace.parser.text.LineFormat;

/** A kernel log: a serial console, dmesg or syslog, in which a dying kernel may have dumped the trace (ftrace_dump_on_oops). */
public enum ConsoleFormat implements LineFormat {
  KERNEL_LOG;

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
    return new ConsoleDecoder(lineBytes, names);
  }

  @Override
  public boolean isSequential() {
    return true;
  }
}
