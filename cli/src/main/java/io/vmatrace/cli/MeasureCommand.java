package io.vmatrace.cli;

import io.vmatrace.checker.measure.Measure;
import io.vmatrace.checker.measure.MeasureJson;
import io.vmatrace.checker.measure.MeasureReport;
import io.vmatrace.checker.measure.MeasureText;
import io.vmatrace.checker.measure.Workload;
import io.vmatrace.checker.measure.WorkloadBuilder;
import io.vmatrace.checker.report.Unread;
import io.vmatrace.checker.run.CaptureRun;
import io.vmatrace.checker.run.Pass;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.input.CaptureException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;

/** {@code vmatrace measure}. */
final class MeasureCommand implements Callable<Integer> {
  private static final TextOrJson.Form<MeasureReport> FORM = new TextOrJson.Form<>(MeasureJson.SCHEMA, MeasureJson::capture, MeasureText::write);

  private final CommandSpec spec;
  private ExitStatus status = ExitStatus.OK;

  private MeasureCommand() {
    spec =
        Commands.spec(this, "measure")
            .addPositional(Commands.captures("1..*"))
            .addOption(TextOrJson.option())
            .addOption(Commands.kernel())
            .addOption(Commands.events());
    MeasureOptions.options().forEach(spec::addOption);
    spec.usageMessage()
        .description("Runs the operations of captures on real threads: what do they cost under each variant of the protocol? Takes minutes.")
        .footer(
            "  vmatrace measure trace.txt",
            "  vmatrace measure --threads 4 --operations 1000000 trace.txt",
            "  vmatrace measure --format json trace.txt | jq '.captures[].parts'",
            "",
            "Exit status: 0 measured, 3 a capture cannot be read or has no operations,",
            "5 a JVM failed. docs/MEASURE.md says how it is measured.");
  }

  /** The command. */
  static CommandSpec spec() {
    return new MeasureCommand().spec;
  }

  @Override
  public Integer call() {
    CaptureRun.Options options = Commands.runOptions(spec);
    Measure.Settings settings = MeasureOptions.settings(spec);
    PrintWriter out = spec.commandLine().getOut();
    TextOrJson.Writer<MeasureReport> writer = TextOrJson.writer(spec, FORM);
    ExitStatus readable =
        new GivenCaptures(spec).read(
            (source, several) -> {
              Workload workload = read(source, options);
              if (workload.size() == 0) {
                writer.unread(fail(source, "nothing to measure: no page fault, mmap, munmap, mprotect or madvise of a task is recorded", ExitStatus.UNREADABLE));
              } else {
                measure(source, workload, settings, writer, several);
              }
              return !out.checkError();
            },
            writer::unread);
    writer.end();
    return readable.worse(status).code();
  }

  private Workload read(CaptureSource source, CaptureRun.Options options) throws CaptureException {
    try (Progress progress = new Progress("operations", source)) {
      WorkloadBuilder builder = new WorkloadBuilder();
      Pass pass = CaptureRun.over(source, options, progress, builder);
      Commands.kernelInDoubt(spec, source, pass);
      status = status.worse(Commands.unreadable(spec, pass, "measured"));
      return builder.build();
    }
  }

  private void measure(CaptureSource source, Workload workload, Measure.Settings settings, TextOrJson.Writer<MeasureReport> writer, boolean several) {
    try (Progress progress = Progress.ofRounds("measure", Measure.steps(settings, workload))) {
      writer.capture(new Measure(settings, progress).run(source.name(), workload), several);
    } catch (IOException e) {
      writer.unread(fail(source, "cannot be measured: " + e.getMessage(), ExitStatus.INTERNAL));
    }
  }

  private Unread fail(CaptureSource source, String why, ExitStatus with) {
    spec.commandLine().getErr().println("vmatrace: %s: %s".formatted(source.name(), why));
    status = status.worse(with);
    return Unread.unreadable(source.name(), why);
  }
}
