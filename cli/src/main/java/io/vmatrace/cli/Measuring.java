package io.vmatrace.cli;

import io.vmatrace.checker.measure.Measure;
import io.vmatrace.checker.measure.MeasureReport;
import io.vmatrace.checker.measure.Workload;
import io.vmatrace.checker.measure.WorkloadBuilder;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.event.EventNames;
import io.vmatrace.parser.input.CaptureException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code vmatrace replay --measure}: its options, and the measurement with its progress. */
final class Measuring {
  /** Why nothing was measured, for a person. */
  static final class Impossible extends Exception {
    private static final long serialVersionUID = 1;

    private final ExitStatus status;

    private Impossible(String message, ExitStatus status) {
      super(message);
      this.status = status;
    }

    ExitStatus status() {
      return status;
    }
  }

  private static final String MEASURE = "--measure";
  private static final String THREADS = "--threads";
  private static final String OPERATIONS = "--operations";
  private static final String FORKS = "--forks";
  private static final String ROUNDS = "--rounds";
  private static final List<String> NUMBERS = List.of(THREADS, OPERATIONS, FORKS, ROUNDS);
  private static final int MOST_THREADS = 1024;

  private final Measure.Settings settings;

  private Measuring(Measure.Settings settings) {
    this.settings = settings;
  }

  static List<OptionSpec> options() {
    return List.of(
        OptionSpec.builder(MEASURE)
            .description("Also run the capture's operations on real threads, and say what they cost under each variant. Takes minutes.")
            .build(),
        number(THREADS, "Threads to run them on (default: as many as the capture has tasks, and two for the faults in one mm)."),
        number(OPERATIONS, "How many to run under each variant (default: 10000000)."),
        number(FORKS, "JVMs to measure each variant in, one after the other (default: %d).".formatted(Measure.Settings.FORKS)),
        number(ROUNDS, "Rounds in each JVM (default: %d).".formatted(Measure.Settings.ROUNDS)));
  }

  private static OptionSpec number(String name, String description) {
    return OptionSpec.builder(name).paramLabel("N").type(Long.class).description("With --measure: " + description).build();
  }

  /** What a command line that has been parsed asks for, or null. */
  static @Nullable Measuring asked(CommandSpec command) {
    ParseResult line = command.commandLine().getParseResult();
    if (!line.hasMatchedOption(MEASURE)) {
      String stray = NUMBERS.stream().filter(line::hasMatchedOption).findFirst().orElse(null);
      if (stray != null) {
        throw new ParameterException(command.commandLine(), "%s says how to --measure, which was not asked for".formatted(stray));
      }
      return null;
    }
    if (line.hasMatchedOption("--against")) {
      throw new ParameterException(command.commandLine(), "--measure runs every variant, so that --against says nothing");
    }
    Integer threads = line.hasMatchedOption(THREADS) ? (int) number(command, THREADS, 0, MOST_THREADS) : null;
    long operations = number(command, OPERATIONS, Measure.Settings.OPERATIONS, Long.MAX_VALUE);
    int forks = (int) number(command, FORKS, Measure.Settings.FORKS, Integer.MAX_VALUE);
    int rounds = (int) number(command, ROUNDS, Measure.Settings.ROUNDS, Integer.MAX_VALUE);
    return new Measuring(new Measure.Settings(operations, threads, forks, Measure.Settings.WARM_UPS, rounds));
  }

  private static long number(CommandSpec command, String name, long otherwise, long most) {
    long number = command.commandLine().getParseResult().matchedOptionValue(name, otherwise);
    if (number < 1 || number > most) {
      throw new ParameterException(command.commandLine(), "%s is from 1 to %d".formatted(name, most));
    }
    return number;
  }

  /**
   * Measures what the tasks of a capture did.
   *
   * @throws CaptureException when nothing of it can be read
   * @throws Impossible when it holds no operations, or a JVM fails
   */
  MeasureReport run(CaptureSource source, EventNames names) throws CaptureException, Impossible {
    Workload workload = workload(source, names);
    if (workload.size() == 0) {
      throw new Impossible("nothing to measure: no page fault, mmap, munmap, mprotect or madvise of a task is recorded", ExitStatus.UNREADABLE);
    }
    try (Progress progress = Progress.ofRounds("measure", Measure.steps(settings, workload))) {
      return new Measure(settings, progress).run(workload);
    } catch (IOException e) {
      throw new Impossible("cannot be measured: " + e.getMessage(), ExitStatus.INTERNAL);
    }
  }

  private static Workload workload(CaptureSource source, EventNames names) throws CaptureException {
    try (Progress progress = new Progress("operations", source)) {
      return WorkloadBuilder.of(source, names, progress);
    }
  }
}
