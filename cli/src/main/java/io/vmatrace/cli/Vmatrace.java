package io.vmatrace.cli;

import io.vmatrace.parser.input.StoppableStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The program. */
public final class Vmatrace implements Runnable {
  /** What the launcher wants to have added to the status, to tell it from those of a JVM that fails. */
  private static final int STATUS_BASE = Integer.getInteger("vmatrace.statusBase", 0);

  private static final String HELP = "help";

  /** picocli takes no less. */
  private static final int NARROWEST_HELP = 55;

  private final CommandSpec spec;

  private Vmatrace(PrintStream out, String... arguments) {
    spec = Commands.spec(this, "vmatrace");
    Map<String, Supplier<CommandSpec>> commands = commands(out);
    commands.keySet().retainAll(wanted(commands.keySet(), arguments));
    commands.forEach((name, command) -> spec.addSubcommand(name, command.get()));
    spec.usageMessage()
        .description("Checks captures of Linux memory management against the per-VMA-lock protocol of the kernel that made them.")
        .footer(
            "  vmatrace check trace.txt.zst            verdict on one capture",
            "  cat /sys/kernel/tracing/trace | vmatrace check -",
            "  vmatrace info trace.txt                 what it has, and what to record",
            "  vmatrace stats trace.txt                how long faults and locks took",
            "  vmatrace compare before*.dat -- after*.dat",
            "  vmatrace events --event 'page_fault*' trace.txt",
            "  vmatrace history 0xff2fcabac07ace40 trace.txt   all about a VMA",
            "  vmatrace replay trace.txt               is every outcome allowed?",
            "  vmatrace whatif trace.txt               simulate its operations",
            "  vmatrace measure trace.txt              what its operations cost",
            "  vmatrace explore munmap-fault           every order of a few steps",
            "  vmatrace record -- ./test               a capture of a program's run",
            "  vmatrace rules R59                      one rule, and why it matters",
            "",
            "Exit status: 0 OK, 1 violation, 2 usage, 3 a capture cannot be read,",
            "4 inconclusive, 5 anything else that ends the process.");
  }

  private static Map<String, Supplier<CommandSpec>> commands(PrintStream out) {
    Map<String, Supplier<CommandSpec>> commands = new LinkedHashMap<>();
    commands.put("check", CheckCommand::spec);
    commands.put("info", InfoCommand::spec);
    commands.put("stats", StatsCommand::spec);
    commands.put("compare", CompareCommand::spec);
    commands.put("events", () -> EventsCommand.spec(out));
    commands.put("history", HistoryCommand::spec);
    commands.put("replay", ReplayCommand::spec);
    commands.put("whatif", WhatIfCommand::spec);
    commands.put("measure", MeasureCommand::spec);
    commands.put("explore", ExploreCommand::spec);
    commands.put("record", () -> RecordCommand.spec(line -> commandLine(out, line).execute(line)));
    commands.put("rules", RulesCommand::spec);
    commands.put("schema", SchemaCommand::spec);
    commands.put(HELP, HelpCommand::spec);
    return commands;
  }

  /** The command that comes first on the line; all of them when that is none: a command takes longer to describe than a small capture to check. */
  private static Set<String> wanted(Set<String> names, String... arguments) {
    if (arguments.length == 1 && Commands.VERSION.contains(arguments[0])) {
      return Set.of();
    }
    return arguments.length > 0 && names.contains(arguments[0]) && !arguments[0].equals(HELP) ? Set.of(arguments[0]) : Set.copyOf(names);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name a command: check, info, stats, compare, events, history, replay, whatif, measure, explore, record, rules, schema or help");
  }

  /** Runs the program and ends the process with its exit status. */
  public static void main(String[] arguments) {
    Locale.setDefault(Locale.US); // numbers look the same everywhere; of any other locale the JDK loads the data first
    IntConsumer end = status -> Runtime.getRuntime().halt(STATUS_BASE + status);
    Interruption.listen(end);
    int status = run(end, arguments);
    Interruption.finished(status);
    System.exit(STATUS_BASE + status);
  }

  private static int run(IntConsumer end, String[] arguments) {
    try {
      LauncherWatch.begin(end);
      System.setIn(StoppableStream.standardInput());
      WatchedOutput standardOutput = WatchedOutput.standard();
      PrintStream out = new PrintStream(standardOutput, false, StandardCharsets.UTF_8);
      int status = commandLine(out, arguments).execute(arguments);
      out.flush();
      if (standardOutput.failure() != null) {
        System.err.println("vmatrace: standard output cannot be written: " + standardOutput.failure());
        return ExitStatus.INTERNAL.code();
      }
      return status;
    } catch (RuntimeException | Error e) {
      return Failure.say(e, new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    }
  }

  /** How help is coloured. */
  static CommandLine.Help.ColorScheme colours() {
    return CommandLine.Help.defaultColorScheme(Terminal.isColoured() ? Ansi.ON : Ansi.OFF);
  }

  /** The command line with every command, for what is made of their options: man pages and completion. */
  public static CommandLine commandLine() {
    return commandLine(System.out);
  }

  /** The command line for these arguments, writing its results to {@code out}. */
  static CommandLine commandLine(PrintStream out, String... arguments) {
    CommandLine line = new CommandLine(new Vmatrace(out, arguments).spec);
    line.setOut(new PrintWriter(out, false, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpWidth(Math.max(NARROWEST_HELP, Terminal.columns()));
    line.setColorScheme(colours());
    line.setExecutionStrategy(Misuse::execute);
    line.setParameterExceptionHandler(Misuse::say);
    line.setExecutionExceptionHandler((e, _, _) -> Failure.say(e, line.getErr()));
    return line;
  }
}
