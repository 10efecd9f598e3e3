package io.vmatrace.cli;

import io.vmatrace.checker.protocol.Variant;
import io.vmatrace.checker.report.Report.Verdict;
import io.vmatrace.checker.report.Unread;
import io.vmatrace.checker.run.CaptureRun;
import io.vmatrace.checker.run.Pass;
import io.vmatrace.checker.whatif.WhatIfJson;
import io.vmatrace.checker.whatif.WhatIfReport;
import io.vmatrace.checker.whatif.WhatIfText;
import io.vmatrace.checker.whatif.WorkloadReader;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.input.CaptureException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;

/** {@code vmatrace whatif}. */
final class WhatIfCommand implements Callable<Integer> {
  private static final TextOrJson.Form<WhatIfReport> FORM = new TextOrJson.Form<>(WhatIfJson.SCHEMA, WhatIfJson::capture, WhatIfText::write);

  private final CommandSpec spec;
  private ExitStatus status = ExitStatus.OK;

  private WhatIfCommand() {
    spec =
        Commands.spec(this, "whatif")
            .addPositional(Commands.captures("1..*"))
            .addOption(TextOrJson.option())
            .addOption(WhatIfOptions.variant())
            .addOption(WhatIfOptions.runs())
            .addOption(Commands.kernel())
            .addOption(Commands.events());
    spec.usageMessage()
        .description("Simulates the operations of captures under variants of the protocol: fallbacks, retries, waits.")
        .footer(
            "  vmatrace whatif trace.txt",
            "  vmatrace whatif --variant lock-store-detach,lock-range-first trace.txt",
            "  vmatrace whatif --format json trace.txt | jq '.captures[].variants'",
            "",
            "Exit status: 0 simulated, 3 a capture cannot be read, 4 its operations are not",
            "seen. docs/WHATIF.md says what is simulated.");
  }

  /** The command. */
  static CommandSpec spec() {
    return new WhatIfCommand().spec;
  }

  @Override
  public Integer call() {
    CaptureRun.Options options = Commands.runOptions(spec);
    List<Variant> variants = WhatIfOptions.variants(spec);
    int runs = WhatIfOptions.runs(spec);
    PrintWriter out = spec.commandLine().getOut();
    TextOrJson.Writer<WhatIfReport> writer = TextOrJson.writer(spec, FORM);
    ExitStatus readable =
        new GivenCaptures(spec).read(
            (source, several) -> {
              WorkloadReader read = read(source, options);
              if (read.isProbed()) {
                writer.capture(simulate(read, variants, runs), several);
              } else {
                String why = "what-if needs probes on lock_vma_under_rcu() and on what write sections do; vmatrace info says which are missing";
                spec.commandLine().getErr().println("vmatrace: %s: %s".formatted(source.name(), why));
                writer.unread(new Unread(source.name(), Verdict.INCONCLUSIVE, why));
                status = status.worse(ExitStatus.INCONCLUSIVE);
              }
              return !out.checkError();
            },
            writer::unread);
    writer.end();
    return readable.worse(status).code();
  }

  private WorkloadReader read(CaptureSource source, CaptureRun.Options options) throws CaptureException {
    try (Progress progress = new Progress("operations", source)) {
      WorkloadReader reader = new WorkloadReader();
      Pass pass = CaptureRun.over(source, options, progress, reader);
      Commands.kernelInDoubt(spec, source, pass);
      status = status.worse(Commands.unreadable(spec, pass, "simulated"));
      return reader;
    }
  }

  private static WhatIfReport simulate(WorkloadReader read, List<Variant> variants, int runs) {
    try (Progress progress = Progress.ofRounds("what if", WhatIfReport.steps(read, variants, runs))) {
      return WhatIfReport.of(read, variants, runs, progress);
    }
  }
}
