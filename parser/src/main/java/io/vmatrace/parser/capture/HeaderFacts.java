package io.vmatrace.parser.capture;

import io.vmatrace.parser.text.Chunk;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What the {@code #} lines at the beginning say (kernel/trace/trace.c print_func_help_header(), print_trace_header(); perf script with
 * --header: tools/perf/util/header.c).
 */
final class HeaderFacts {
  private static final int MOST_BYTES = 1 << 16;
  private static final String ENTRIES = "entries-in-buffer/entries-written:";
  private static final String LATENCY = " latency trace v";
  private static final String PERF_RELEASE = "# os release : ";
  private static final String PERF_CPUS = "# nrcpus online : ";

  private @Nullable String release;
  private int cpus;
  private long inBuffer = -1;
  private long written = -1;

  @Nullable String release() {
    return release;
  }

  int cpus() {
    return cpus;
  }

  long inBuffer() {
    return inBuffer;
  }

  long written() {
    return written;
  }

  /** Reads the comment lines at the beginning of the first chunk. */
  void read(Chunk first) {
    new String(first.bytes, first.from, Math.min(first.to - first.from, MOST_BYTES), StandardCharsets.ISO_8859_1)
        .lines()
        .map(HeaderFacts::unquoted)
        .takeWhile(line -> line.startsWith("#"))
        .forEach(this::line);
  }

  /** A line without what a mail may have put before it. */
  private static String unquoted(String line) {
    int i = 0;
    while (i < line.length() && (line.charAt(i) == ' ' || line.charAt(i) == '>')) {
      i++;
    }
    return line.substring(i).stripTrailing();
  }

  private void line(String line) {
    int entries = line.indexOf(ENTRIES);
    if (entries >= 0) {
      counts(line.substring(entries + ENTRIES.length()).strip());
    } else if (line.contains("latency:") && line.contains("#P:")) {
      counts(line.substring(line.indexOf('#', 1) + 1));
    } else if (line.contains(LATENCY)) {
      int on = line.indexOf(" on ");
      release = on < 0 ? null : line.substring(on + 4).strip();
    } else if (line.startsWith(PERF_RELEASE)) {
      release = line.substring(PERF_RELEASE.length()).strip();
    } else if (line.startsWith(PERF_CPUS)) {
      cpus = (int) number(line, PERF_CPUS.length());
    }
    int p = line.indexOf("#P:");
    if (p >= 0) {
      cpus = (int) number(line, p + 3);
    }
  }

  /** {@code A/B} with something after it. */
  private void counts(String text) {
    int slash = text.indexOf('/');
    if (slash > 0) {
      inBuffer = number(text, 0);
      written = number(text, slash + 1);
    }
  }

  private static long number(String text, int from) {
    long value = -1;
    for (int i = from; i < text.length() && Character.isDigit(text.charAt(i)) && value < Long.MAX_VALUE / 16; i++) {
      value = Math.max(value, 0) * 10 + (text.charAt(i) - '0');
    }
    return value;
  }
}
