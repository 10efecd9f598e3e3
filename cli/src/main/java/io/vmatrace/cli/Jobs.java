package io.vmatrace.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** The option {@code --jobs}: how many captures are read at once. */
final class Jobs {
  private static final String NAME = "--jobs";

  /** What one capture may take of the heap: a trace.dat of many CPUs has 48 MiB of its pages in memory. */
  private static final long HEAP_BYTES = 64L << 20;

  private Jobs() {}

  static OptionSpec option() {
    return OptionSpec.builder("-j", NAME)
        .paramLabel("N")
        .type(Integer.class)
        .description("Read so many captures at once, where there are several (default: %d here, one for each processor and 64 MiB of heap). The output is the same.".formatted(usual()))
        .build();
  }

  /** How many, on a command line that has been parsed. */
  static int of(CommandSpec spec) {
    int jobs = spec.commandLine().getParseResult().matchedOptionValue(NAME, usual());
    if (jobs < 1 || jobs > InOrder.MOST) {
      throw new ParameterException(spec.commandLine(), "%s %d: give a number from 1 to %d".formatted(NAME, jobs, InOrder.MOST));
    }
    return jobs;
  }

  private static int usual() {
    Runtime machine = Runtime.getRuntime();
    return Math.clamp(Math.min(machine.availableProcessors(), machine.maxMemory() / HEAP_BYTES), 1, InOrder.MOST);
  }
}
