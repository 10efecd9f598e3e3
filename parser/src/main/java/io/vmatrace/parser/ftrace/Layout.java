package io.vmatrace.parser.ftrace;

/** How a line of the kernel's text begins, as the trace options make it (kernel/trace/trace_output.c). */
public enum Layout {
  /** {@code workload-234 [000] ..... 11.612632: } (trace_print_context()), with or without tgid and flags. */
  COMMON("ftrace-text"),
  /** {@code workload-213 1..... 236952us+: } (trace_print_lat_context()). */
  LATENCY("ftrace-text-latency"),
  /** {@code workload 208 1 0 00000000 00000001 [000101a2] 236.952ms (+0.022ms): } (the same with verbose). */
  VERBOSE("ftrace-text-verbose");

  private final String format;

  Layout(String format) {
    this.format = format;
  }

  /** The name used in reports. */
  public String format() {
    return format;
  }
}
