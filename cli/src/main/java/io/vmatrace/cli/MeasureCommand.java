package io.vmatrace.cli;

import io.vmatrace.checker.measure.Measure;
import io.vmatrace.checker.measure.MeasureJson;
import io.vmatrace.checker.measure.MeasureReport;
import io.vmatrace.checker.measure.MeasureText;
import io.vmatrace.checker.measure.Workload;
import io.vmatrace.checker.measure.WorkloadBuilder;
import io.vmatrace.checker.run.CaptureRun;
import io.vmatrace.checker.run.Pass;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.input.CaptureException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;

/** {@code vmatrace measure}. */
final class MeasureCommand implements Callable<Integer> {
  private final CommandSpec spec;
  private final List<MeasureReport> reports = new ArrayList<>();
  private ExitStatus status = ExitStatus.OK;

  private MeasureCommand() {
    spec =
        Commands.spec(this, "measure")
            .addPositional(Commands.captures("1..*"))
            .addOption(TextOrJson.option())
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

  /** The command, to be put under the program's. */
  static CommandSpec spec() {
    return new MeasureCommand().spec;
  }

  @Override
  public Integer call() {
    TextOrJson format = spec.commandLine().getParseResult().matchedOptionValue("--format", TextOrJson.text);
    CaptureRun.Options options = Commands.runOptions(spec);
    Measure.Settings settings = MeasureOptions.settings(spec);
    PrintWriter out = spec.commandLine().getOut();
    ExitStatus readable =
        new GivenCaptures(spec).read(
            (source, several) -> {
              Workload workload = read(source, options);
              if (workload.size() == 0) {
                fail(source, "nothing to measure: no page fault, mmap, munmap, mprotect or madvise of a task is recorded", ExitStatus.UNREADABLE);
              } else if (measure(source, workload, settings, format)) {
                out.print(several && format == TextOrJson.text ? "\n" : "");
              }
              return !out.checkError();
            });
    status = status.worse(readable);
    if (format == TextOrJson.json) {
      out.print(MeasureJson.json(reports, Version.text()));
    }
    out.flush();
    return status.code();
  }

  private Workload read(CaptureSource source, CaptureRun.Options options) throws CaptureException {
    try (Progress progress = new Progress("operations", source)) {
      WorkloadBuilder builder = new WorkloadBuilder();
      Pass pass = CaptureRun.over(source, options, progress, builder);
      if (pass.unreadable() != null) {
        spec.commandLine().getErr().println("vmatrace: %s; what came before is measured".formatted(pass.unreadable()));
        status = status.worse(ExitStatus.UNREADABLE);
      }
      return builder.build();
    }
  }

  private boolean measure(CaptureSource source, Workload workload, Measure.Settings settings, TextOrJson format) {
    try (Progress progress = Progress.ofRounds("measure", Measure.steps(settings, workload))) {
      MeasureReport report = new Measure(settings, progress).run(source.name(), workload);
      if (format == TextOrJson.json) {
        reports.add(report);
      } else {
        spec.commandLine().getOut().print(MeasureText.write(report, Terminal.style()));
      }
      return true;
    } catch (IOException e) {
      fail(source, "cannot be measured: " + e.getMessage(), ExitStatus.INTERNAL);
      return false;
    }
  }

  private void fail(CaptureSource source, String why, ExitStatus with) {
    spec.commandLine().getErr().println("vmatrace: %s: %s".formatted(source.name(), why));
    status = status.worse(with);
  }
}
