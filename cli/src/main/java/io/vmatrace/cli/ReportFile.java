package io.vmatrace.cli;

import io.vmatrace.checker.formats.CheckFormat;
import io.vmatrace.checker.report.ReportOutput;
import io.vmatrace.checker.report.ReportWriter;
import io.vmatrace.checker.report.RunName;
import io.vmatrace.checker.report.Style;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that a run's reports go to, beside standard output. */
final class ReportFile implements AutoCloseable {
  private final Path path;
  private final WatchedOutput bytes;
  private final PrintWriter text;
  private final ReportWriter writer;

  /**
   * Makes the file, or empties it.
   *
   * @throws IOException when it cannot be written
   */
  ReportFile(Path path, CheckFormat format, RunName name) throws IOException {
    this.path = path;
    bytes = new WatchedOutput(Files.newOutputStream(path));
    text = new PrintWriter(bytes, false, StandardCharsets.UTF_8);
    writer = format.writer(new ReportOutput(text, Style.PLAIN, Version.text(), name));
  }

  ReportWriter writer() {
    return writer;
  }

  /** Whether all that was written until now is in the file; if not, standard error says why. */
  boolean isWritten(PrintWriter err) {
    boolean written = !text.checkError();
    if (!written) {
      err.println("vmatrace: %s cannot be written: %s".formatted(path, bytes.failure() == null ? "whoever reads it has closed it" : bytes.failure()));
    }
    return written;
  }

  @Override
  public void close() {
    try (text) {
      writer.close();
    }
  }
}
