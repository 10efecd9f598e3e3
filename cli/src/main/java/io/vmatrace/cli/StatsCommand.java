package io.vmatrace.cli;

import io.vmatrace.checker.run.CaptureRun;
import io.vmatrace.checker.run.Pass;
import io.vmatrace.checker.stats.CaptureStats;
import io.vmatrace.checker.stats.MergedStats;
import io.vmatrace.checker.stats.StatsReport;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.input.CaptureException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** {@code vmatrace stats}. */
final class StatsCommand implements Callable<Integer> {
  private static final String MERGE = "--merge";

  private final CommandSpec spec;

  private ExitStatus status = ExitStatus.OK;

  private StatsCommand() {
    spec =
        Commands.spec(this, "stats")
            .addPositional(Commands.captures("1..*"))
            .addOption(Commands.format(StatsFormat.text, StatsFormat::name))
            .addOption(OptionSpec.builder(MERGE).description("Add all captures up, and print that alone.").build())
            .addOption(Commands.kernel())
            .addOption(Commands.events());
    spec.usageMessage()
        .description("Says how page faults were served, and how long locks were waited for and held.")
        .footer(
            "  vmatrace stats trace.txt",
            "  vmatrace stats --merge runs/*.dat           all of them together",
            "  vmatrace stats --format csv trace.dat > stats.csv",
            "  vmatrace stats --format json trace.txt | jq '.captures[].faults.hitRate'");
  }

  /** The command. */
  static CommandSpec spec() {
    return new StatsCommand().spec;
  }

  @Override
  public Integer call() {
    CaptureRun.Options options = Commands.runOptions(spec);
    PrintWriter out = spec.commandLine().getOut();
    TextOrJson.Writer<StatsReport> writer =
        spec.commandLine().getParseResult().<StatsFormat>matchedOptionValue(Commands.FORMAT, StatsFormat.text).writer(out);
    MergedStats merged = spec.commandLine().getParseResult().hasMatchedOption(MERGE) ? new MergedStats() : null;
    ExitStatus readable =
        new GivenCaptures(spec).read(
            (source, several) -> {
              StatsReport report = read(source, options);
              if (merged == null) {
                writer.capture(report, several);
              } else if (!merged.add(report)) {
                throw new CaptureException(report.path(), "its clock has another unit than those before: leave it out, or do not --merge");
              }
              return !out.checkError();
            },
            writer::unread);
    if (merged != null && merged.captures() > 0) {
      writer.capture(merged.report(), false);
    }
    writer.end();
    return readable.worse(status).code();
  }

  private StatsReport read(CaptureSource source, CaptureRun.Options options) throws CaptureException {
    try (Progress progress = new Progress("stats", source)) {
      CaptureStats stats = new CaptureStats();
      Pass pass = CaptureRun.over(source, options, progress, stats);
      Commands.kernelInDoubt(spec, source, pass);
      status = status.worse(Commands.unreadable(spec, pass, "counted"));
      return stats.report();
    }
  }
}
