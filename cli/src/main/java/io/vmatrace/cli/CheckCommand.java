package io.vmatrace.cli;

import io.vmatrace.checker.check.Check;
import io.vmatrace.checker.report.CheckFormat;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.ReportOutput;
import io.vmatrace.checker.report.ReportWriter;
import io.vmatrace.checker.report.Summary;
import io.vmatrace.checker.run.CaptureRun;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.input.CaptureException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code vmatrace check}. */
final class CheckCommand implements Callable<Integer> {
  private final CommandSpec spec;

  private Summary summary = Summary.EMPTY;
  private boolean begun;

  private CheckCommand() {
    spec =
        Commands.spec(this, "check")
            .addPositional(Commands.captures("1..*"))
            .addOption(Commands.format(CheckFormat.TEXT, CheckFormat::text))
            .addOption(Commands.kernel())
            .addOption(Commands.events())
            .addOption(
                OptionSpec.builder("--allow-inconclusive").description("Exit with 0 if no verdict can be given.").build());
    WantedFindings.options().forEach(spec::addOption);
    spec.usageMessage()
        .description("Reads captures and gives a verdict on each: OK, VIOLATION or INCONCLUSIVE.")
        .footer(
            "  vmatrace check trace.txt",
            "  vmatrace check --format json *.zst | jq .verdict",
            "  ssh box cat /sys/kernel/tracing/trace | vmatrace check -",
            "  vmatrace check --possible --kernel 6.18 trace.txt",
            "  vmatrace check --baseline known.txt --fail-on memory-safety *.zst",
            "",
            "Exit status: 0 OK, 1 violation, 2 usage, 3 a capture cannot be read,",
            "4 inconclusive, 5 anything else that ends the process; of several captures",
            "the worst, in the order 5, 3, 1, 4, 0.");
  }

  /** The command. */
  static CommandSpec spec() {
    return new CheckCommand().spec;
  }

  @Override
  public Integer call() {
    ParseResult given = spec.commandLine().getParseResult();
    CaptureRun.Options options = Commands.runOptions(spec);
    WantedFindings wanted = WantedFindings.of(spec);
    PrintWriter out = spec.commandLine().getOut();
    CheckFormat format = given.matchedOptionValue(Commands.FORMAT, CheckFormat.TEXT);
    try (ReportWriter writer = format.writer(new ReportOutput(out, Terminal.style(), Version.text()))) {
      GivenCaptures captures = new GivenCaptures(spec);
      ExitStatus readable =
          captures.read(
              (source, several) -> {
                Report report = check(source, options, new Check(wanted.findings()));
                begin(writer, several);
                writer.capture(report);
                summary = summary.merge(Summary.of(report));
                wanted.saw(report);
                return !out.checkError();
              },
              input -> {
                begin(writer, captures.areSeveral());
                if (format != CheckFormat.TEXT || !Terminal.isOneScreen()) {
                  writer.unread(input);
                }
                summary = summary.merge(Summary.of(input));
              });
      begin(writer, false);
      writer.end(summary);
      wanted.updateBaseline(summary);
      ExitStatus verdict = readable.worse(ExitStatus.of(summary, given.hasMatchedOption("--allow-inconclusive")));
      return (out.checkError() ? ExitStatus.INTERNAL : verdict).code(); // a verdict counts that was written in full
    }
  }

  private void begin(ReportWriter writer, boolean several) {
    if (!begun) {
      begun = true;
      writer.begin(several);
    }
  }

  private Report check(CaptureSource source, CaptureRun.Options options, Check check) throws CaptureException {
    try (Progress progress = new Progress("check", source)) {
      Commands.kernelInDoubt(spec, source, CaptureRun.over(source, options, progress, check));
      Report report = check.report();
      if (report.unreadable() != null) {
        spec.commandLine().getErr().println("vmatrace: %s; what came before is reported".formatted(report.unreadable()));
      } else if (report.cutShort() != null) {
        spec.commandLine().getErr().println("vmatrace: %s: %s; what is there is reported".formatted(report.path(), report.cutShort()));
      }
      return report;
    }
  }
}
