package io.vmatrace.cli;

import io.vmatrace.checker.check.Check;
import io.vmatrace.checker.events.EventOutput;
import io.vmatrace.checker.events.LastEventTime;
import io.vmatrace.checker.events.Seen;
import io.vmatrace.checker.events.Selection;
import io.vmatrace.checker.run.Analysis;
import io.vmatrace.checker.run.CaptureRun;
import io.vmatrace.checker.run.Pass;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.input.CaptureException;
import io.vmatrace.parser.stat.ImportStats;
import java.io.PrintStream;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code vmatrace events}. */
final class EventsCommand implements Callable<Integer> {
  /** Names of a capture that are listed when none is like the one that was wanted. */
  private static final int MOST_NAMED = 5;

  private final CommandSpec spec;

  /** Where events go: as bytes, past the command line's writer. */
  private final PrintStream out;

  private ExitStatus status = ExitStatus.OK;

  /** What the filters met in all captures so far. */
  private @Nullable Seen seen;

  private EventsCommand(PrintStream out) {
    this.out = out;
    spec =
        Commands.spec(this, "events")
            .addPositional(Commands.captures("0..*"))
            .addOption(Commands.format(EventsFormat.ndjson, EventsFormat::name, "perfetto is for ui.perfetto.dev, none only counts"))
            .addOption(filter("--task", "PID|COMM", "Events of this task; a comm may have * and ?."))
            .addOption(filter("--mm", "ADDRESS", "Events that name this mm."))
            .addOption(filter("--address", "ADDRESS", "Events whose range or page holds this address, or that have it as a pointer."))
            .addOption(filter("--event", "NAME", "Events of this name, which may have * and ?; !NAME leaves them out."))
            .addOption(Commands.events())
            .addOption(OptionSpec.builder("--aliases").description("Print which names of events are understood, and their fields.").build());
    TimeOptions.add(spec, "event");
    spec.usageMessage()
        .description("Prints the events of captures, normalised. Filters may be repeated; an event must pass one of each kind.")
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

  /** The command. */
  static CommandSpec spec(PrintStream out) {
    return new EventsCommand(out).spec;
  }

  private static OptionSpec filter(String name, String label, String description) {
    return OptionSpec.builder(name).paramLabel(label).type(List.class).auxiliaryTypes(String.class).description(description).build();
  }

  @Override
  public Integer call() {
    ParseResult given = spec.commandLine().getParseResult();
    if (given.hasMatchedOption("--aliases")) {
      if (!given.<List<String>>matchedPositionalValue(0, List.of()).isEmpty()) {
        throw new ParameterException(spec.commandLine(), "--aliases reads no capture; your own names are given by --events FILE");
      }
      out.print(Aliases.text());
      out.flush();
      return status.code();
    }
    CaptureRun.Options options = Commands.runOptions(spec);
    GivenCaptures captures = new GivenCaptures(spec);
    if (captures.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "name a capture, or - for standard input");
    }
    Selection selection = selection(given);
    try (EventOutput output = open(given.matchedOptionValue("--format", EventsFormat.ndjson), selection)) {
      ExitStatus readable =
          captures.read(
              (source, several) -> {
                read(source, several, options, selection, output);
                return !out.checkError();
              },
              _ -> {});
      status = status.worse(readable);
    }
    if (seen != null && seen.selected() == 0 && !selection.equals(Selection.ALL)) {
      spec.commandLine().getErr().println("vmatrace: no event passes the filters" + nearest(selection, seen));
    }
    out.flush();
    return status.code();
  }

  private EventOutput open(EventsFormat format, Selection selection) {
    try {
      return format.opener().open(selection, out, out::checkError);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private Selection selection(ParseResult given) {
    TimeOptions time = TimeOptions.of(spec, "event");
    return new Selection(
        time.from(),
        time.to(),
        given.matchedOptionValue("--task", List.of()),
        addresses(given, "--mm"),
        addresses(given, "--address"),
        given.matchedOptionValue("--event", List.of()));
  }

  private List<Long> addresses(ParseResult given, String option) {
    return given.<List<String>>matchedOptionValue(option, List.of()).stream().map(text -> Commands.parsed(spec, option, text, EventsCommand::address)).toList();
  }

  private static long address(String text) {
    String digits = text.startsWith("0x") || text.startsWith("0X") ? text.substring(2) : text;
    if (!digits.matches("[0-9a-fA-F]{1,16}")) {
      throw new IllegalArgumentException("'%s' is no address: give hexadecimal digits, with or without 0x".formatted(text));
    }
    return Long.parseUnsignedLong(digits, 16);
  }

  /** Reads a capture: twice, when a time counts from its end. */
  private void read(CaptureSource source, boolean several, CaptureRun.Options options, Selection selection, EventOutput output)
      throws CaptureException {
    try (CaptureSource file = selection.needsEnd() ? source.rereadable() : source;
        Progress progress = new Progress("events", file)) {
      long lastTime = LastEventTime.of(file, selection, options, progress);
      Analysis shown = output.next(several, lastTime);
      Pass pass;
      if (output.wantsFindings()) {
        Check check = new Check(Check.Wanted.all(false).bare());
        pass = CaptureRun.over(file, options, progress, check, shown);
        output.found(check.report());
      } else {
        pass = CaptureRun.over(file, options, progress, shown);
      }
      status = status.worse(Commands.readTo(spec, source, pass, "shown"));
      met(output.seen());
      if (output.selected() >= 0) {
        counted(source, pass.facts().stats(), output.selected());
      }
    }
  }

  private void met(@Nullable Seen of) {
    if (of != null) {
      seen = seen == null ? of : seen.and(of);
    }
  }

  /** The names that may have been meant by those that nothing here has. */
  private static String nearest(Selection selection, Seen met) {
    return nearest("event", selection.events().stream().filter(name -> !name.startsWith("!")).toList(), met.names())
        + nearest("task", selection.tasks(), met.comms())
        + nearest("mm", selection.mms().stream().map(mm -> "0x" + Long.toHexString(mm)).toList(), met.mms());
  }

  private static String nearest(String what, List<String> wanted, Collection<String> names) {
    if (wanted.isEmpty() || names.isEmpty() || wanted.stream().anyMatch(names::contains)) {
      return "";
    }
    List<String> near = wanted.stream().flatMap(name -> Nearest.of(name, names).stream()).distinct().toList();
    List<String> named = near.isEmpty() ? names.stream().limit(MOST_NAMED).toList() : near;
    return "; no %s is called %s: %s %s%s".formatted(what, String.join(" or ", wanted), near.isEmpty() ? "there are" : "the nearest are", String.join(", ", named), near.isEmpty() && names.size() > MOST_NAMED ? " and others" : "");
  }

  private void counted(CaptureSource source, ImportStats stats, long selected) {
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
                    selected));
  }
}
