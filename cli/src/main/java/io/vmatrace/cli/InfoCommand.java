package io.vmatrace.cli;

import io.vmatrace.checker.info.CaptureInfo;
import io.vmatrace.checker.info.InfoJson;
import io.vmatrace.checker.info.InfoReport;
import io.vmatrace.checker.info.InfoText;
import io.vmatrace.checker.run.CaptureRun;
import io.vmatrace.checker.run.Pass;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.input.CaptureException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;

/** {@code vmatrace info}. */
final class InfoCommand implements Callable<Integer> {
  private static final TextOrJson.Form<InfoReport> FORM = new TextOrJson.Form<>(InfoJson.SCHEMA, InfoJson::capture, InfoText::write);

  private final CommandSpec spec;

  private ExitStatus status = ExitStatus.OK;

  private InfoCommand() {
    spec =
        Commands.spec(this, "info")
            .addPositional(Commands.captures("1..*"))
            .addOption(TextOrJson.option())
            .addOption(Commands.kernel())
            .addOption(Commands.events());
    spec.usageMessage()
        .description("Says what captures contain, which rules they can evidence, and what to record for the rest.")
        .footer(
            "  vmatrace info trace.txt",
            "  vmatrace info --kernel 6.12 trace.txt      lines to record on that kernel",
            "  vmatrace info captures.tar.zst             each capture in an archive",
            "  vmatrace info --format json *.zst | jq '.captures[].evidence'");
  }

  /** The command. */
  static CommandSpec spec() {
    return new InfoCommand().spec;
  }

  @Override
  public Integer call() {
    CaptureRun.Options options = Commands.runOptions(spec);
    TextOrJson.Writer<InfoReport> writer = TextOrJson.writer(spec, FORM);
    PrintWriter out = spec.commandLine().getOut();
    ExitStatus readable =
        new GivenCaptures(spec).read(
            (source, several) -> {
              writer.capture(read(source, options), several);
              return !out.checkError();
            },
            writer::unread);
    writer.end();
    return readable.worse(status).code();
  }

  private InfoReport read(CaptureSource source, CaptureRun.Options options) throws CaptureException {
    try (Progress progress = new Progress("info", source)) {
      CaptureInfo info = new CaptureInfo();
      Pass pass = CaptureRun.over(source, options, progress, info);
      Commands.kernelInDoubt(spec, source, pass);
      status = status.worse(Commands.unreadable(spec, pass, "shown"));
      return info.report();
    }
  }
}
