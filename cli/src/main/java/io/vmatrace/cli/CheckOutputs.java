package io.vmatrace.cli;

import io.vmatrace.checker.formats.CheckFormat;
import io.vmatrace.checker.report.Illustration;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.ReportOutput;
import io.vmatrace.checker.report.ReportWriter;
import io.vmatrace.checker.report.Summary;
import io.vmatrace.checker.report.Unread;
import io.vmatrace.parser.input.FileTrouble;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** All that {@code check} writes its reports to: standard output, and the files of -o. */
final class CheckOutputs implements AutoCloseable {
  private final PrintWriter out;
  private final PrintWriter err;
  private final CheckFormat format;
  private final boolean illustrated;

  /** Of standard output; null where only the last line is wanted. */
  private final @Nullable ReportWriter printed;

  private final List<ReportFile> files = new ArrayList<>();
  private boolean begun;

  /** Of a command line that has been parsed. */
  CheckOutputs(CommandSpec spec, OutputOptions options) {
    out = spec.commandLine().getOut();
    err = spec.commandLine().getErr();
    format = options.format();
    illustrated = options.isIllustrated();
    printed = options.quiet() ? null : format.writer(new ReportOutput(out, Terminal.style(), Version.text(), options.name()));
  }

  /** Whether a format shows pictures beside the reports. */
  boolean areIllustrated() {
    return illustrated;
  }

  /** Makes the files; returns whether all can be written, and says which cannot. */
  boolean open(OutputOptions options) {
    for (OutputOptions.Target target : options.targets()) {
      try {
        files.add(new ReportFile(target.file(), target.format(), options.name()));
      } catch (IOException e) {
        err.println("vmatrace: %s cannot be written: %s".formatted(target.file(), e instanceof NoSuchFileException ? "its folder is not there" : FileTrouble.of(e)));
        return false;
      }
    }
    return true;
  }

  /**
   * The next capture's report; returns whether anybody wants more.
   *
   * @param beside what some formats show beside it; or null
   * @param several whether it is one of several
   */
  boolean capture(Report report, @Nullable Illustration beside, boolean several) {
    begin(several);
    each(writer -> writer.capture(report, beside));
    return !files.isEmpty() || !out.checkError();
  }

  /**
   * The next input, which has no report. On a terminal standard error has said it.
   *
   * @param several whether it is one of several
   */
  void unread(Unread input, boolean several) {
    begin(several);
    boolean said = format == CheckFormat.TEXT && Terminal.isOneScreen();
    writers().filter(writer -> writer != printed || !said).forEach(writer -> writer.unread(input));
  }

  /** There are no more; returns whether all is written. */
  boolean end(Summary summary) {
    begin(false);
    each(writer -> writer.end(summary));
    if (printed == null) {
      out.println(summary.text());
    }
    boolean written = !out.checkError();
    for (ReportFile file : files) {
      written &= file.isWritten(err);
    }
    return written;
  }

  private void begin(boolean several) {
    if (!begun) {
      begun = true;
      each(writer -> writer.begin(several));
    }
  }

  private void each(Consumer<ReportWriter> what) {
    writers().forEach(what);
  }

  private Stream<ReportWriter> writers() {
    return Stream.concat(Stream.ofNullable(printed), files.stream().map(ReportFile::writer));
  }

  @Override
  public void close() {
    if (printed != null) {
      printed.close();
    }
    files.forEach(ReportFile::close);
  }
}
