package io.vmatrace.cli;

import io.vmatrace.checker.events.LastEventTime;
import io.vmatrace.checker.events.Selection;
import io.vmatrace.checker.run.CaptureRun;
import io.vmatrace.checker.story.History;
import io.vmatrace.checker.story.HistoryJson;
import io.vmatrace.checker.story.HistoryTarget;
import io.vmatrace.checker.story.HistoryText;
import io.vmatrace.checker.story.HistoryWriter;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.input.CaptureException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;

/** {@code vmatrace history}. */
final class HistoryCommand implements Callable<Integer> {
  private final CommandSpec spec;
  private ExitStatus status = ExitStatus.OK;

  private HistoryCommand() {
    spec =
        Commands.spec(this, "history")
            .addPositional(
                PositionalParamSpec.builder()
                    .index("0")
                    .paramLabel("ADDRESS|TASK")
                    .type(String.class)
                    .required(true)
                    .description("A VMA by its address (0x...), an address of user space, or a task: its pid, comm or comm-pid.")
                    .build())
            .addPositional(Commands.captures("1..*").toBuilder().index("1..*").build())
            .addOption(TextOrJson.option())
            .addOption(Commands.events());
    TimeOptions.add(spec, "step");
    spec.usageMessage()
        .description(
            "Prints what was done to a VMA, at an address or by a task: a column for each task, time downwards, with the locks held and the values that changed.")
        .footer(
            "  vmatrace history 0xff2fcabac07ace40 trace.txt      a VMA, in all its lives",
            "  vmatrace history 0x7fa6d93f6000 trace.txt          an address of user space",
            "  vmatrace history workload-152 trace.txt            a task; 152 does too",
            "  vmatrace history --from 7.67 --to 7.68 152 trace.txt",
            "  vmatrace history --format json 152 trace.txt | jq -c '.captures[].rows[]'",
            "",
            "docs/HISTORY.md says how to read it.");
  }

  /** The command. */
  static CommandSpec spec() {
    return new HistoryCommand().spec;
  }

  @Override
  public Integer call() {
    HistoryTarget target = target();
    CaptureRun.Options options = Commands.runOptions(spec);
    TimeOptions time = TimeOptions.of(spec, "step");
    Selection selection = new Selection(time.from(), time.to(), List.of(), List.of(), List.of(), List.of());
    PrintWriter out = spec.commandLine().getOut();
    try (HistoryWriter writer = writer(target, out)) {
      ExitStatus readable =
          new GivenCaptures(spec, 1).read(
              (source, _) -> {
                read(source, options, new Wanted(target, selection), writer);
                return !out.checkError();
              },
              writer::unread);
      status = status.worse(readable);
    }
    return (out.checkError() ? ExitStatus.INTERNAL : status).code();
  }

  /** Whose history is wanted, and of which time. */
  private record Wanted(HistoryTarget target, Selection selection) {}

  private HistoryTarget target() {
    String text = spec.commandLine().getParseResult().matchedPositionalValue(0, "");
    if (text.isEmpty() || Files.exists(Path.of(text))) {
      String what = text.isEmpty() ? "the address or task is empty" : "%s is a file".formatted(text);
      throw new ParameterException(spec.commandLine(), what + ": name an address or a task first, and then captures");
    }
    return HistoryTarget.parse(text);
  }

  private HistoryWriter writer(HistoryTarget target, PrintWriter out) {
    TextOrJson format = spec.commandLine().getParseResult().matchedOptionValue(Commands.FORMAT, TextOrJson.text);
    return format == TextOrJson.text ? new HistoryText(target, out, Terminal.style()) : new HistoryJson(target, out, Version.text());
  }

  private void read(CaptureSource source, CaptureRun.Options options, Wanted wanted, HistoryWriter writer) throws CaptureException {
    Selection selection = wanted.selection();
    try (CaptureSource file = selection.needsEnd() ? source.rereadable() : source;
        Progress progress = new Progress("history", file)) {
      long lastTime = LastEventTime.of(file, selection, options, progress);
      PrintWriter out = spec.commandLine().getOut();
      History history = new History(wanted.target(), selection, lastTime, new History.Output(writer::row, out::checkError));
      writer.begin(source.name());
      try {
        status = status.worse(Commands.readTo(spec, source, CaptureRun.over(file, options, progress, history), "shown"));
      } finally {
        writer.end();
      }
      if (history.rows() == 0) {
        spec.commandLine().getErr().println("vmatrace: %s: nothing is about %s; %s".formatted(source.name(), wanted.target().text(), history.advice()));
      }
    }
  }
}
