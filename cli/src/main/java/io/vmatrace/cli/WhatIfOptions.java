package io.vmatrace.cli;

import io.vmatrace.checker.protocol.Variant;
import io.vmatrace.checker.whatif.WhatIf;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** The options of {@code vmatrace whatif}. */
final class WhatIfOptions {
  private static final String VARIANT = "--variant";
  private static final String ALL = "all";
  private static final String RUNS = "--runs";
  private static final int MOST_RUNS = 1_000;

  private WhatIfOptions() {}

  static OptionSpec variant() {
    return OptionSpec.builder(VARIANT)
        .paramLabel("VARIANT")
        .splitRegex(",")
        .type(List.class)
        .auxiliaryTypes(String.class)
        .description("Simulate under this variant; several with commas between them (default: all): %s.".formatted(Variant.names()))
        .build();
  }

  static OptionSpec runs() {
    return OptionSpec.builder(RUNS).paramLabel("RUNS").type(int.class).description("Simulate each variant so many times, with jitter (default: %d, at most %d).".formatted(WhatIf.RUNS, MOST_RUNS)).build();
  }

  /** How many runs the parsed command line asks for. */
  static int runs(CommandSpec command) {
    int runs = command.commandLine().getParseResult().matchedOptionValue(RUNS, WhatIf.RUNS);
    if (runs < 1 || runs > MOST_RUNS) {
      throw new ParameterException(command.commandLine(), "%s is a number of runs from 1 to %d, not %d".formatted(RUNS, MOST_RUNS, runs));
    }
    return runs;
  }

  /** The variants that the parsed command line asks for. */
  static List<Variant> variants(CommandSpec command) {
    List<Variant> variants = new ArrayList<>();
    for (String name : command.commandLine().getParseResult().<List<String>>matchedOptionValue(VARIANT, List.of(ALL))) {
      variants.addAll(name.equals(ALL) ? Variant.ALL : List.of(named(command, name)));
    }
    return variants.stream().distinct().toList();
  }

  private static Variant named(CommandSpec command, String name) {
    Variant variant = Variant.named(name);
    if (variant == null) {
      throw new ParameterException(command.commandLine(), "no variant is called %s; there are %s, and all%s".formatted(name, Variant.names(), Nearest.question(name, Variant.ALL.stream().map(Variant::name).toList())));
    }
    return variant;
  }
}
