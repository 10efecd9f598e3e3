package io.vmatrace.cli;

import io.vmatrace.checker.check.Check;
import io.vmatrace.checker.report.JsonReport;
import io.vmatrace.checker.report.Report;
import io.vmatrace.checker.report.Report.Verdict;
import io.vmatrace.checker.report.Style;
import io.vmatrace.checker.report.TextReport;
import io.vmatrace.checker.run.CaptureRun;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.input.CaptureException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code vmatrace check}. */
final class CheckCommand implements Callable<Integer> {
  enum Format {
    text,
    json,
    ndjson
  }

  private final CommandSpec spec;

  private final List<Report> reports = new ArrayList<>();
  private ExitStatus status = ExitStatus.OK;

  private CheckCommand() {
    spec =
        Commands.spec(this, "check")
            .addPositional(Commands.captures("1..*"))
            .addOption(
                OptionSpec.builder("--format")
                    .paramLabel("FORMAT")
                    .type(Format.class)
                    .defaultValue("text")
                    .description("text, json or ndjson (default: text).")
                    .build())
            .addOption(Commands.kernel())
            .addOption(Commands.events())
            .addOption(OptionSpec.builder("--possible").description("Also report what is suspicious but not certain.").build())
            .addOption(
                OptionSpec.builder("--allow-inconclusive").description("End with 0 where no verdict can be given.").build());
    spec.usageMessage()
        .description("Reads captures and gives a verdict on each: OK, VIOLATION or INCONCLUSIVE.")
        .footer(
            "  vmatrace check trace.txt",
            "  vmatrace check --format json *.zst | jq .verdict",
            "  ssh box cat /sys/kernel/tracing/trace | vmatrace check -",
            "  vmatrace check --possible --kernel 6.18 trace.txt",
            "",
            "Exit status: 0 OK, 1 violation, 2 usage, 3 a capture cannot be read,",
            "4 inconclusive, 5 internal error; of several captures the worst, in the",
            "order 5, 3, 1, 4, 0.");
  }

  /** The command, to be put under the program's. */
  static CommandSpec spec() {
    return new CheckCommand().spec;
  }

  @Override
  public Integer call() {
    ParseResult given = spec.commandLine().getParseResult();
    Format format = given.matchedOptionValue("--format", Format.text);
    CaptureRun.Options options = Commands.runOptions(spec);
    boolean possible = given.hasMatchedOption("--possible");
    PrintWriter out = spec.commandLine().getOut();
    boolean allowInconclusive = given.hasMatchedOption("--allow-inconclusive");
    ExitStatus readable =
        new GivenCaptures(spec).read(
            (source, several) -> {
              show(check(source, options, new Check(possible), allowInconclusive), format, out);
              out.print(several && format == Format.text ? "\n" : "");
              return !out.checkError();
            });
    status = status.worse(readable);
    if (format == Format.json) {
      out.print(JsonReport.json(reports, worst(), Version.text()));
    }
    out.flush();
    return status.code();
  }

  private Report check(CaptureSource source, CaptureRun.Options options, Check check, boolean allowInconclusive) throws CaptureException {
    try (Progress progress = new Progress("check", source)) {
      CaptureRun.over(source, options, progress, check);
      Report report = check.report();
      status = status.worse(ExitStatus.of(report.verdict(), allowInconclusive));
      if (report.unreadable() != null) {
        spec.commandLine().getErr().println("vmatrace: %s; what came before is reported".formatted(report.unreadable()));
        status = status.worse(ExitStatus.UNREADABLE);
      } else if (report.cutShort() != null) {
        spec.commandLine().getErr().println("vmatrace: %s: %s; what is there is reported".formatted(report.path(), report.cutShort()));
      }
      return report;
    }
  }

  private void show(Report report, Format format, PrintWriter out) {
    switch (format) {
      case text -> out.print(TextReport.write(report, Terminal.isColoured() ? Style.COLOUR : Style.PLAIN));
      case json -> reports.add(report);
      case ndjson -> out.print(JsonReport.ndjson(report));
    }
  }

  /** The worst verdict; a run of which nothing could be read has none to give. */
  private Verdict worst() {
    return reports.stream().map(Report::verdict).min(Comparator.naturalOrder()).orElse(Verdict.INCONCLUSIVE);
  }
}
