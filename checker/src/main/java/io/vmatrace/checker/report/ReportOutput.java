package io.vmatrace.checker.report;

import java.io.Writer;

/**
 * Where a run's reports go.
 *
 * @param style how words are marked, where a format marks any
 * @param version of the program
 * @param name of the run, where a format has a place for it
 */
public record ReportOutput(Writer out, Style style, String version, RunName name) {}
