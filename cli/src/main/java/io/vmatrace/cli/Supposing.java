package io.vmatrace.cli;

import io.vmatrace.checker.protocol.Variant;
import io.vmatrace.checker.whatif.WhatIfReport;
import io.vmatrace.checker.whatif.WorkloadReader;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.event.EventNames;
import io.vmatrace.parser.input.CaptureException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** {@code vmatrace replay --variant}: its option, and the runs with their progress. */
final class Supposing {
  private static final String VARIANT = "--variant";
  private static final String ALL = "all";

  private final List<Variant> variants;

  private Supposing(List<Variant> variants) {
    this.variants = variants;
  }

  static OptionSpec option() {
    return OptionSpec.builder(VARIANT)
        .paramLabel("VARIANT")
        .splitRegex(",")
        .type(List.class)
        .auxiliaryTypes(String.class)
        .description("Also say what the capture's operations would have come to under this variant; several with commas between them, or all.")
        .build();
  }

  /** What a command line that has been parsed asks for, or null. */
  static @Nullable Supposing asked(CommandSpec command) {
    ParseResult line = command.commandLine().getParseResult();
    if (!line.hasMatchedOption(VARIANT)) {
      return null;
    }
    if (line.hasMatchedOption("--against")) {
      throw new ParameterException(command.commandLine(), "--variant begins with the kernel's own variant, so that --against says nothing");
    }
    List<Variant> variants = new ArrayList<>();
    for (String name : line.<List<String>>matchedOptionValue(VARIANT, List.of())) {
      variants.addAll(name.equals(ALL) ? Variant.ALL : List.of(named(command, name)));
    }
    return new Supposing(variants.stream().distinct().toList());
  }

  private static Variant named(CommandSpec command, String name) {
    Variant variant = Variant.named(name);
    if (variant == null) {
      throw new ParameterException(command.commandLine(), "no variant is called %s; there are %s, and all".formatted(name, ReplayCommand.variants()));
    }
    return variant;
  }

  /**
   * Runs what the tasks of a capture did under each variant.
   *
   * @param own the variant of the kernel that made the capture
   * @return null where the capture does not show what they did
   * @throws CaptureException when nothing of it can be read
   */
  @Nullable WhatIfReport run(CaptureSource source, Variant own, EventNames names) throws CaptureException {
    WorkloadReader read = read(source, names);
    if (!read.isProbed()) {
      return null;
    }
    try (Progress progress = Progress.ofRounds("what if", WhatIfReport.steps(read, variants))) {
      return WhatIfReport.of(read, own, variants, progress);
    }
  }

  private static WorkloadReader read(CaptureSource source, EventNames names) throws CaptureException {
    try (Progress progress = new Progress("operations", source)) {
      return WhatIfReport.read(source, names, progress);
    }
  }
}
