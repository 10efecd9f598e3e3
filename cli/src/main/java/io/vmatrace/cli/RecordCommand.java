package io.vmatrace.cli;

import io.vmatrace.checker.check.Check;
import io.vmatrace.cli.record.PerfRecorder;
import io.vmatrace.cli.record.RecordException;
import io.vmatrace.cli.record.RecordLevel;
import io.vmatrace.cli.record.RecordOptions;
import io.vmatrace.cli.record.RecordScript;
import io.vmatrace.cli.record.Recorded;
import io.vmatrace.cli.record.Recorder;
import io.vmatrace.cli.record.Tracefs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code vmatrace record}. */
final class RecordCommand implements Callable<Integer> {
  private static final String OUTPUT = "--output";
  private static final String PID = "--pid";
  private static final String ALL = "--all";
  private static final String DURATION = "--duration";
  private static final String BUFFER = "--buffer";
  private static final String LEVEL = "--level";
  private static final String EXPLAIN = "--explain";
  private static final String SCRIPT = "--script";
  private static final String CHECK = "--check";
  private static final String PERF = "--perf";
  private static final String LIVE = "--live";
  private static final String FILE = "vmatrace.dat";
  private static final String PERF_FILE = "vmatrace.data";

  private static final Pattern TIME = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,3})?)(ms|s|m|h)?");
  private static final int FOUND_BY_NOBODY = 127;

  private final CommandSpec spec;
  private final ToIntFunction<String[]> vmatrace;

  private RecordCommand(ToIntFunction<String[]> vmatrace) {
    this.vmatrace = vmatrace;
    spec =
        Commands.spec(this, "record")
            .addOption(OptionSpec.builder("-o", OUTPUT).paramLabel("FILE").type(String.class).description("The capture (default: %s); a file of that name is replaced.".formatted(FILE)).build())
            .addOption(OptionSpec.builder("-p", PID).paramLabel("PID").type(Long.class).description("Record this process, with its threads and their children, until it ends.").build())
            .addOption(OptionSpec.builder("-a", ALL).description("Record all tasks; with a COMMAND, as long as it runs.").build())
            .addOption(
                OptionSpec.builder("-d", DURATION)
                    .paramLabel("TIME")
                    .type(String.class)
                    .description("Stop after this time, such as 500ms, 10s or 2m; a COMMAND that still runs is sent SIGTERM.")
                    .build())
            .addOption(
                OptionSpec.builder(BUFFER)
                    .paramLabel("MIB")
                    .type(Integer.class)
                    .description("Size of the ring buffer of each CPU (default: an eighth of the free memory for all together, from 8 to 64 each).")
                    .build())
            .addOption(
                OptionSpec.builder(LEVEL)
                    .paramLabel("LEVEL")
                    .type(RecordLevel.class)
                    .defaultValue("E2")
                    .description("E0: tracepoints; E1: and probes on the VMA lock's functions; E2 (default): and the values that rules check. As far as the kernel can.")
                    .build())
            .addOption(OptionSpec.builder(EXPLAIN).description("Say what would be done here, and do nothing.").build())
            .addOption(
                OptionSpec.builder(SCRIPT)
                    .description("Print a POSIX sh script that records on a box without Java: sh SCRIPT FOLDER COMMAND..., and then vmatrace check FOLDER.")
                    .build())
            .addOption(OptionSpec.builder(LIVE).description("Check while it is recorded: findings are printed as they come, and counts once a second.").build())
            .addOption(OptionSpec.builder(PERF).description("Record with perf, where only that is allowed: tracepoints only, and %s is the default FILE.".formatted(PERF_FILE)).build())
            .addOption(OptionSpec.builder(CHECK).description("Check the capture: the verdict is printed, and is the exit status.").build())
            .addPositional(
                PositionalParamSpec.builder()
                    .arity("0..*")
                    .paramLabel("COMMAND")
                    .type(List.class)
                    .auxiliaryTypes(String.class)
                    .description("Run this command with its arguments, and record it with its threads and children.")
                    .build());
    spec.parser().stopAtPositional(true);
    spec.usageMessage()
        .description("Makes a capture on this machine, which check, trace-cmd and KernelShark read: mmap_lock, page faults, maple trees, system calls. Needs root and tracefs; what it sets up it removes.")
        .footer(
            "  vmatrace record -- ./test                  then: vmatrace check %s".formatted(FILE),
            "  vmatrace record --check -o test.dat -- ./test --long",
            "  vmatrace record --duration 10s --pid 1234",
            "  vmatrace record --duration 10s --all",
            "  vmatrace record --live --all               findings as they come, until Ctrl-C",
            "  vmatrace record --perf -- ./test           where only perf is allowed",
            "  vmatrace record --explain -- ./test        what would be done here",
            "  vmatrace record --script > record.sh       for a box without Java",
            "",
            "Exit status: 0 the capture is written, 2 usage, 5 it is not; with --check that",
            "of check. The status of the command is said on standard error.");
  }

  /**
   * The command.
   *
   * @param vmatrace runs this program with other arguments, and gives its status
   */
  static CommandSpec spec(ToIntFunction<String[]> vmatrace) {
    return new RecordCommand(vmatrace).spec;
  }

  @Override
  public Integer call() {
    ParseResult given = spec.commandLine().getParseResult();
    if (given.hasMatchedOption(SCRIPT)) {
      if (given.hasMatchedPositional(0)) {
        throw misuse("--script takes no command: the script that it prints does");
      }
      spec.commandLine().getOut().print(RecordScript.of(given.matchedOptionValue(LEVEL, RecordLevel.E2)));
      return written();
    }
    RecordOptions options = options(given);
    try {
      if (given.hasMatchedOption(PERF)) {
        return perf(options, given);
      }
      Recorder recorder = new Recorder(Tracefs.find(), options, Version.text(), given.hasMatchedOption(LIVE) ? new EarlyReport(spec, "event", Check.Wanted.all(false))::read : null);
      if (given.hasMatchedOption(EXPLAIN)) {
        recorder.explain().forEach(spec.commandLine().getOut()::println);
        return written();
      }
      Interruption.stops(recorder::stop);
      Recorded recorded = recorder.record();
      say(recorded, options);
      if (!recorded.isWhole()) {
        return ExitStatus.INTERNAL.code();
      }
      return checked(options, given);
    } catch (RecordException e) {
      if (e.isUsage()) {
        throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
      }
      say(String.valueOf(e.getMessage()));
      return ExitStatus.INTERNAL.code();
    }
  }

  private int perf(RecordOptions options, ParseResult given) throws RecordException {
    if (given.hasMatchedOption(LIVE)) {
      throw misuse("--live reads along with what is recorded here: perf's does not go with it");
    }
    PerfRecorder recorder = PerfRecorder.find(options);
    if (given.hasMatchedOption(EXPLAIN)) {
      recorder.explain().forEach(spec.commandLine().getOut()::println);
      return written();
    }
    Interruption.stops(recorder::stop);
    int status = recorder.record();
    if (status != 0) {
      say("perf ends with status %d, which may be that of the command".formatted(status));
    }
    say("recorded by perf, level E0: %s".formatted(options.file()));
    return checked(options, given);
  }

  private int checked(RecordOptions options, ParseResult given) {
    return given.hasMatchedOption(CHECK) ? vmatrace.applyAsInt(new String[] {"check", options.file().toString()}) : ExitStatus.OK.code();
  }

  private int written() {
    return (spec.commandLine().getOut().checkError() ? ExitStatus.INTERNAL : ExitStatus.OK).code();
  }

  private RecordOptions options(ParseResult given) {
    List<String> command = given.hasMatchedPositional(0) ? given.matchedPositionalValue(0, List.<String>of()) : List.of();
    long pid = given.<Long>matchedOptionValue(PID, 0L);
    boolean all = given.hasMatchedOption(ALL);
    int buffer = given.<Integer>matchedOptionValue(BUFFER, 0);
    if (given.hasMatchedOption(PID) && (all || !command.isEmpty())) {
      throw misuse("--pid records one process: give neither --all nor a command with it");
    }
    if (command.isEmpty() && !all && !given.hasMatchedOption(PID)) {
      throw misuse("name a command to record, or --pid or --all");
    }
    if (given.hasMatchedOption(PID) && (pid <= 0 || !Files.isDirectory(Path.of("/proc/" + pid)))) {
      throw misuse("no process has the number %d".formatted(pid));
    }
    if (given.hasMatchedOption(BUFFER) && (buffer < 1 || buffer > 1 << 20)) {
      throw misuse("--buffer is from 1 to 1048576 MiB");
    }
    Path file = file(given.matchedOptionValue(OUTPUT, given.hasMatchedOption(PERF) ? PERF_FILE : FILE));
    return new RecordOptions(file, command, pid, all, milliseconds(given.<@Nullable String>matchedOptionValue(DURATION, null)), given.matchedOptionValue(LEVEL, RecordLevel.E2), buffer << 10);
  }

  /** The file that the capture becomes, and replaces: root could replace a device too. */
  private Path file(String name) {
    Path file = Path.of(name);
    if (Files.isDirectory(file)) {
      throw misuse("%s is a folder: give a file".formatted(file));
    }
    if (name.equals("-") || Files.exists(file) && !Files.isRegularFile(file)) {
      throw misuse("%s is no file, and a capture is one: give its name".formatted(file));
    }
    try {
      return Files.isSymbolicLink(file) && Files.exists(file) ? file.toRealPath() : file; // a link stays one
    } catch (IOException _) {
      return file;
    }
  }

  private ParameterException misuse(String what) {
    return new ParameterException(spec.commandLine(), what);
  }

  private long milliseconds(@Nullable String time) {
    if (time == null) {
      return 0;
    }
    Matcher matcher = TIME.matcher(time);
    if (!matcher.matches()) {
      throw misuse("--duration is a time such as 500ms, 10s or 2m, and '%s' is none".formatted(time));
    }
    String unit = matcher.group(2);
    double factor =
        switch (unit == null ? "s" : unit) {
          case "ms" -> 1;
          case "m" -> 60_000;
          case "h" -> 3_600_000;
          default -> 1_000;
        };
    long milliseconds = Math.round(Double.parseDouble(matcher.group(1)) * factor);
    if (milliseconds == 0) {
      throw misuse("--duration is longer than nothing");
    }
    return milliseconds;
  }

  private void say(Recorded recorded, RecordOptions options) {
    if (recorded.status() != 0) {
      say(ending(options.command(), recorded.status()));
    }
    say(recorded.level());
    if (!recorded.lacking().isEmpty()) {
      say("this kernel has no " + String.join(", ", recorded.lacking()));
    }
    recorded.losses().forEach(this::say);
    if (!recorded.isWhole()) {
      say("the recording ends early, and is kept as a folder that vmatrace check reads: " + recorded.place());
      return;
    }
    String lost = recorded.losses().isEmpty() ? "no event lost" : "events lost" + (recorded.isRoomShort() ? "; give more memory (--buffer, now %d), or record less".formatted(recorded.kib() >> 10) : "");
    say(
        String.format(
            Locale.ROOT,
            "%,d events in %.1f s, %s: %s",
            recorded.events(),
            recorded.milliseconds() / 1e3,
            lost,
            recorded.place()));
  }

  private static String ending(List<String> command, int status) {
    String name = command.getFirst();
    if (status < 0) {
      return "%s was told to end, and still runs".formatted(name);
    }
    return status > 128 ? "%s ended by signal %d".formatted(name, status - 128) : "%s ended with status %d%s".formatted(name, status, status == FOUND_BY_NOBODY ? ", as a command that is not found does" : "");
  }

  private void say(String line) {
    spec.commandLine().getErr().println("vmatrace: " + line);
  }
}
