package io.vmatrace.cli;

import io.vmatrace.checker.conform.Replay;
import io.vmatrace.checker.conform.ReplayJson;
import io.vmatrace.checker.conform.ReplayReport;
import io.vmatrace.checker.conform.ReplayText;
import io.vmatrace.checker.run.CaptureRun;
import io.vmatrace.checker.run.Pass;
import io.vmatrace.checker.steps.Design;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.input.CaptureException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code vmatrace replay}. */
final class ReplayCommand implements Callable<Integer> {
  private static final TextOrJson.Form<ReplayReport> FORM = new TextOrJson.Form<>(ReplayJson.SCHEMA, ReplayJson::capture, ReplayText::write);

  private final CommandSpec spec;
  private ExitStatus status = ExitStatus.OK;

  private ReplayCommand() {
    spec =
        Commands.spec(this, "replay")
            .addPositional(Commands.captures("1..*"))
            .addOption(TextOrJson.option())
            .addOption(
                OptionSpec.builder("--against")
                    .paramLabel("VARIANT")
                    .type(String.class)
                    .description("Follow with this variant of the protocol, not with that of the kernel: %s.".formatted(String.join(", ", Design.Catalogue.builtIn().variants().keySet())))
                    .build())
            .addOption(Commands.kernel())
            .addOption(Commands.events())
            .addOption(
                OptionSpec.builder("--allow-inconclusive").description("Exit with 0 if no verdict can be given.").build());
    spec.usageMessage()
        .description("Follows captures with a variant of the protocol: does it allow every outcome that was observed?")
        .footer(
            "  vmatrace replay trace.txt",
            "  vmatrace replay --against rwsem trace.txt        with the lock of 6.4 to 6.14",
            "  vmatrace replay --format json trace.txt | jq '.captures[].secondWaits'",
            "",
            "Exit status: 0 conforms, 1 diverges, 3 a capture cannot be read,",
            "4 inconclusive. docs/REPLAY.md says what is compared.");
  }

  /** The command. */
  static CommandSpec spec() {
    return new ReplayCommand().spec;
  }

  @Override
  public Integer call() {
    ParseResult line = spec.commandLine().getParseResult();
    boolean allowInconclusive = line.hasMatchedOption("--allow-inconclusive");
    Design against = against(line);
    CaptureRun.Options options = Commands.runOptions(spec);
    PrintWriter out = spec.commandLine().getOut();
    TextOrJson.Writer<ReplayReport> writer = TextOrJson.writer(spec, FORM);
    ExitStatus readable =
        new GivenCaptures(spec).read(
            (source, several) -> {
              ReplayReport report = replay(source, options, new Replay(against));
              status = status.worse(of(report, allowInconclusive));
              writer.capture(report, several);
              return !out.checkError();
            },
            writer::unread);
    writer.end();
    return (out.checkError() ? ExitStatus.INTERNAL : readable.worse(status)).code(); // a verdict counts that was written in full
  }

  private @Nullable Design against(ParseResult given) {
    String name = given.<@Nullable String>matchedOptionValue("--against", null);
    Map<String, Design> designs = Design.Catalogue.builtIn().variants();
    Design design = name == null ? null : designs.get(name);
    if (name != null && design == null) {
      throw new ParameterException(spec.commandLine(), "no variant is called %s; there are %s%s".formatted(name, String.join(", ", designs.keySet()), Nearest.question(name, List.copyOf(designs.keySet()))));
    }
    return design;
  }

  private ReplayReport replay(CaptureSource source, CaptureRun.Options options, Replay replay) throws CaptureException {
    try (Progress progress = new Progress("replay", source)) {
      Pass pass = CaptureRun.over(source, options, progress, replay);
      Commands.kernelInDoubt(spec, source, pass);
      status = status.worse(Commands.unreadable(spec, pass, "shown"));
      return replay.report();
    }
  }

  private static ExitStatus of(ReplayReport report, boolean allowInconclusive) {
    return switch (report.verdict()) {
      case CONFORMS -> ExitStatus.OK;
      case DIVERGES -> ExitStatus.VIOLATION;
      case INCONCLUSIVE -> allowInconclusive ? ExitStatus.OK : ExitStatus.INCONCLUSIVE;
    };
  }
}
