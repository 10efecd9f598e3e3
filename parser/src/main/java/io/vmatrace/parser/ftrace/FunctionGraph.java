package io.vmatrace.parser.ftrace;

import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.text.LineDecoder;
import io.vmatrace.parser.text.LineFormat;

/**
 * The kernel's text of the tracer function_graph. A return needs its call and, without the option funcgraph-proc, a task
 * the last printed switch, so one decoder must see all lines in order.
 */
public enum FunctionGraph implements LineFormat {
  FUNCTION_GRAPH;

  @Override
  public String format() {
    return "ftrace-function-graph";
  }

  @Override
  public String ground() {
    return "lines CPU) DURATION | FUNCTION(); as the kernel's tracer function_graph prints them";
  }

  @Override
  public LineDecoder decoder(int lineBytes, EventNames names) {
    return new FunctionGraphDecoder(lineBytes, names);
  }

  @Override
  public boolean isSequential() {
    return true;
  }

  @Override
  public boolean isNumbered() {
    return true;
  }
}
