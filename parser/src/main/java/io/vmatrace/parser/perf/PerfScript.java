package io.vmatrace.parser.perf;

import io.vmatrace.parser.event.specs.EventNames;
import io.vmatrace.parser.text.LineDecoder;
import io.vmatrace.parser.text.LineFormat;

/** The text of {@code perf script}, whatever columns were asked for with -F (tools/perf/builtin-script.c perf_sample__fprintf_start()). */
public enum PerfScript implements LineFormat {
  PERF_SCRIPT;

  @Override
  public String format() {
    return "perf-script";
  }

  @Override
  public String ground() {
    return "lines COMM PID/TID [CPU] TIME: GROUP:EVENT: VALUES, as perf script prints them";
  }

  @Override
  public LineDecoder decoder(int lineBytes, EventNames names) {
    return new PerfScriptDecoder(lineBytes, names);
  }
}
