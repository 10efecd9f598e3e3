package io.vmatrace.cli;

import io.vmatrace.checker.measure.Measure;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** How much {@code vmatrace measure} runs. */
final class MeasureOptions {
  private static final String THREADS = "--threads";
  private static final String OPERATIONS = "--operations";
  private static final String FORKS = "--forks";
  private static final String ROUNDS = "--rounds";
  private static final int MOST_THREADS = 1024;

  private MeasureOptions() {}

  static List<OptionSpec> options() {
    return List.of(
        number(THREADS, "Threads to run them on (default: as many as the capture has tasks, and two for the faults in one mm)."),
        number(OPERATIONS, "How many to run under each variant (default: 10000000)."),
        number(FORKS, "JVMs to measure each variant in, one after the other (default: %d).".formatted(Measure.Settings.FORKS)),
        number(ROUNDS, "Rounds in each JVM (default: %d).".formatted(Measure.Settings.ROUNDS)));
  }

  private static OptionSpec number(String name, String description) {
    return OptionSpec.builder(name).paramLabel("N").type(Long.class).description(description).build();
  }

  /** What the parsed command line asks for. */
  static Measure.Settings settings(CommandSpec command) {
    Integer threads = command.commandLine().getParseResult().hasMatchedOption(THREADS) ? (int) number(command, THREADS, 0, MOST_THREADS) : null;
    long operations = number(command, OPERATIONS, Measure.Settings.OPERATIONS, Long.MAX_VALUE);
    int forks = (int) number(command, FORKS, Measure.Settings.FORKS, Integer.MAX_VALUE);
    int rounds = (int) number(command, ROUNDS, Measure.Settings.ROUNDS, Integer.MAX_VALUE);
    return new Measure.Settings(operations, threads, forks, Measure.Settings.WARM_UPS, rounds);
  }

  private static long number(CommandSpec command, String name, long otherwise, long most) {
    long number = command.commandLine().getParseResult().matchedOptionValue(name, otherwise);
    if (number < 1 || number > most) {
      throw new ParameterException(command.commandLine(), "%s is from 1 to %d".formatted(name, most));
    }
    return number;
  }
}
