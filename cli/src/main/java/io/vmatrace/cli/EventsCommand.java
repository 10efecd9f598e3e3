package io.vmatrace.cli;

import io.vmatrace.checker.events.Ends;
import io.vmatrace.checker.events.EventStream;
import io.vmatrace.checker.events.Selection;
import io.vmatrace.checker.events.TimePoint;
import io.vmatrace.checker.timeline.Timelines;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.event.EventNames;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.input.CaptureFacts;
import io.vmatrace.parser.stat.ImportStats;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code vmatrace events}. */
final class EventsCommand implements Callable<Integer> {
  enum Format {
    ndjson,
    csv,
    perfetto,
    none
  }

  private final CommandSpec spec;

  /** Where events go: as bytes, past the command line's writer. */
  private final PrintStream out;

  private EventNames names = EventNames.BUILT_IN;
  private ExitStatus status = ExitStatus.OK;

  private EventsCommand(PrintStream out) {
    this.out = out;
    spec =
        Commands.spec(this, "events")
            .addPositional(Commands.captures("0..*"))
            .addOption(
                OptionSpec.builder("--format")
                    .paramLabel("FORMAT")
                    .type(Format.class)
                    .defaultValue("ndjson")
                    .description("ndjson, csv, perfetto (for ui.perfetto.dev) or none, which only counts (default: ndjson).")
                    .build())
            .addOption(time("--from", "No event before this: seconds as the capture prints them, +1.5 after the first event, -0.5 before the last."))
            .addOption(time("--to", "No event after this."))
            .addOption(filter("--task", "PID|COMM", "Events of this task; a comm may have * and ?."))
            .addOption(filter("--mm", "ADDRESS", "Events that name this mm."))
            .addOption(filter("--address", "ADDRESS", "Events whose range or page holds this address, or that have it as a pointer."))
            .addOption(filter("--event", "NAME", "Events of this name, which may have * and ?; !NAME leaves them out."))
            .addOption(Commands.events())
            .addOption(OptionSpec.builder("--aliases").description("Print which names of events are understood, and their fields.").build());
    spec.usageMessage()
        .description("Prints the events of captures, normalised. Each filter may be given several times; an event must satisfy one of each kind.")
        .footer(
            "  vmatrace events trace.txt | jq 'select(.kind == \"VM_AREA_FREE\")'",
            "  vmatrace events --format csv --event 'page_fault*' trace.txt > faults.csv",
            "  vmatrace events --format perfetto trace.txt > timeline.json",
            "  vmatrace events captures.tar.zst | jq -r .capture | uniq -c",
            "  vmatrace events --from +1 --to +1.5 --task workload trace.txt",
            "  vmatrace events --address 0x7f0a41a2e000 --event '!ma_*' trace.txt",
            "",
            "docs/EVENTS.md has the fields and columns.");
  }

  /** The command, to be put under the program's. */
  static CommandSpec spec(PrintStream out) {
    return new EventsCommand(out).spec;
  }

  private static OptionSpec time(String name, String description) {
    return OptionSpec.builder(name).paramLabel("TIME").type(String.class).description(description).build();
  }

  private static OptionSpec filter(String name, String label, String description) {
    return OptionSpec.builder(name).paramLabel(label).type(List.class).auxiliaryTypes(String.class).description(description).build();
  }

  @Override
  public Integer call() {
    ParseResult given = spec.commandLine().getParseResult();
    if (given.hasMatchedOption("--aliases")) {
      out.print(Aliases.text());
      out.flush();
      return status.code();
    }
    names = AliasFile.names(spec);
    GivenCaptures captures = new GivenCaptures(spec);
    if (captures.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "name a capture, or - for standard input");
    }
    Selection selection = selection(given);
    Format format = given.matchedOptionValue("--format", Format.ndjson);
    if (format == Format.perfetto) {
      refuseFinerThanSlices(selection);
      timeline(captures, selection);
    } else {
      stream(captures, selection, format);
    }
    out.flush();
    return status.code();
  }

  /** A timeline shows what lasts, of whole mms and tasks. */
  private void refuseFinerThanSlices(Selection selection) {
    if (!selection.events().isEmpty() || !selection.addresses().isEmpty()) {
      throw new ParameterException(spec.commandLine(), "perfetto shows holds, faults and VMAs: select with --from, --to, --task and --mm");
    }
    if (!selection.tasks().stream().allMatch(task -> task.matches("\\d{1,9}"))) {
      throw new ParameterException(spec.commandLine(), "--task: perfetto selects tasks by pid");
    }
  }

  private Selection selection(ParseResult given) {
    return new Selection(
        point(given, "--from"),
        point(given, "--to"),
        given.matchedOptionValue("--task", List.of()),
        addresses(given, "--mm"),
        addresses(given, "--address"),
        given.matchedOptionValue("--event", List.of()));
  }

  private @Nullable TimePoint point(ParseResult given, String option) {
    String text = given.<@Nullable String>matchedOptionValue(option, null);
    return text == null ? null : read(option, text, TimePoint::parse);
  }

  private List<Long> addresses(ParseResult given, String option) {
    return given.<List<String>>matchedOptionValue(option, List.of()).stream().map(text -> read(option, text, EventsCommand::address)).toList();
  }

  private static long address(String text) {
    String digits = text.startsWith("0x") || text.startsWith("0X") ? text.substring(2) : text;
    if (!digits.matches("[0-9a-fA-F]{1,16}")) {
      throw new IllegalArgumentException("'%s' is no address: give hexadecimal digits, with or without 0x".formatted(text));
    }
    return Long.parseUnsignedLong(digits, 16);
  }

  private <T> T read(String option, String text, Function<String, T> reader) {
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), option + ": " + e.getMessage(), e);
    }
  }

  private void stream(GivenCaptures captures, Selection selection, Format format) {
    EventStream.Form form =
        switch (format) {
          case csv -> EventStream.Form.CSV;
          case none -> EventStream.Form.NONE;
          default -> EventStream.Form.NDJSON;
        };
    try (EventStream stream = new EventStream(form, selection, names, out, out::checkError)) {
      read(captures, selection, (source, several, lastTime, progress) -> {
        EventStream.Outcome outcome = stream.run(source, several, lastTime, progress);
        told(source, outcome.facts(), outcome.complete(), outcome.unreadable());
        if (form == EventStream.Form.NONE) {
          counted(source, outcome);
        }
      });
    }
  }

  private void timeline(GivenCaptures captures, Selection selection) {
    try (Timelines timelines = new Timelines(names, out, out::checkError)) {
      read(captures, selection, (source, several, lastTime, progress) -> {
        Timelines.Outcome outcome = timelines.run(source, several, selection, lastTime, progress);
        told(source, outcome.facts(), outcome.complete(), outcome.unreadable());
      });
    }
  }

  /** What is done with one capture. */
  private interface Reading {
    void read(CaptureSource source, boolean several, long lastTime, Progress progress) throws CaptureException;
  }

  /** Reads captures until nobody wants more; each twice, when a time counts from its end. */
  private void read(GivenCaptures captures, Selection selection, Reading reading) {
    ExitStatus readable =
        captures.read(
            (source, several) -> {
              try (CaptureSource file = selection.needsEnd() ? source.rereadable() : source;
                  Progress progress = new Progress("events", file)) {
                long lastTime = selection.needsEnd() ? Ends.of(file, names, progress) : 0;
                reading.read(file, several, lastTime, progress);
              }
              return !out.checkError();
            });
    status = status.worse(readable);
  }

  private void told(CaptureSource source, CaptureFacts facts, boolean complete, @Nullable String unreadable) {
    if (unreadable != null) {
      spec.commandLine().getErr().println("vmatrace: %s; what came before is shown".formatted(unreadable));
      status = status.worse(ExitStatus.UNREADABLE);
    } else if (complete && facts.cutShort() != null) {
      spec.commandLine().getErr().println("vmatrace: %s: %s; what is there is shown".formatted(source.name(), facts.cutShort()));
    }
  }

  private void counted(CaptureSource source, EventStream.Outcome outcome) {
    ImportStats stats = outcome.facts().stats();
    spec.commandLine()
        .getErr()
        .println(
            "vmatrace: %s: %d bytes, %d events: %d decoded, %d known and not needed, %d unknown; %d damaged, %d lost; %d selected"
                .formatted(
                    source.name(),
                    stats.bytes(),
                    stats.decoded() + stats.ignored() + stats.unknown(),
                    stats.decoded(),
                    stats.ignored(),
                    stats.unknown(),
                    stats.damaged(),
                    stats.lost(),
                    outcome.selected()));
  }
}
