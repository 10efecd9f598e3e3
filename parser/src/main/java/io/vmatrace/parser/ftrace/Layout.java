package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.text.LineDecoder;
import io.vmatrace.parser.text.LineFormat;

/** How a line of the kernel's text begins, as the trace options make it (kernel/trace/trace_output.c). */
public enum Layout implements LineFormat {
  /** {@code workload-234 [000] ..... 11.612632: } (trace_print_context()), with or without tgid and flags. */
  COMMON("ftrace-text", "lines TASK-PID [CPU] FLAGS TIME: EVENT, as the kernel's trace and trace_pipe print them"),
  /** {@code workload-213 1..... 236952us+: } (trace_print_lat_context()). */
  LATENCY("ftrace-text-latency", "lines TASK-PID CPU-AND-FLAGS MICROSECONDSus: EVENT, as the option latency-format prints them"),
  /** {@code workload 208 1 0 00000000 00000001 [000101a2] 236.952ms (+0.022ms): } (the same with verbose). */
  VERBOSE("ftrace-text-verbose", "lines TASK PID CPU FLAGS … [HEX] MILLISECONDSms: EVENT, as latency-format with verbose prints them"),
  /**
   * {@code workload-145   [001]     7.526518: } under {@code cpus=2}, with a file's or an instance's name before it, or as option -l
   * has it {@code workload-145     1.....     7.526518: } (trace-cmd 3.1.6 lib/trace-cmd/trace-output.c, tracecmd/trace-read.c).
   */
  TRACE_CMD("trace-cmd-report", "cpus=N, and lines TASK-PID [CPU] TIME: EVENT, as trace-cmd report prints them");

  private final String format;
  private final String ground;

  Layout(String format, String ground) {
    this.format = format;
    this.ground = ground;
  }

  @Override
  public String format() {
    return format;
  }

  @Override
  public String ground() {
    return ground;
  }

  @Override
  public LineDecoder decoder(int lineBytes, EventNames names) {
    return new FtraceDecoder(this, lineBytes, names);
  }
}
