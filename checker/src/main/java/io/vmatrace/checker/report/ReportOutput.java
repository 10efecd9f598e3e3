package io.vmatrace.checker.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;

/**
 * Where a run's reports go.
 *
 * @param style how words are marked, where a format marks any
 * @param version of the program
 * @param name of the run, where a format has a place for it
 */
public record ReportOutput(Writer out, Style style, String version, RunName name) {
  /** Writes a text; nobody goes on whose output fails. */
  public void write(String text) {
    try {
      out.write(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
