package io.vmatrace.cli;

import io.vmatrace.checker.run.CaptureRun;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * What all commands have. Commands are put together by calls and not by annotations: reading those costs picocli a tenth of a
 * second, which is as much as the whole check of a small capture.
 */
final class Commands {
  private Commands() {}

  /** A command with --help and --version, and examples to come in the footer. */
  static CommandSpec spec(Object command, String name) {
    CommandSpec spec =
        CommandSpec.wrapWithoutInspection(command)
            .name(name)
            .versionProvider(new Version())
            .addOption(
                OptionSpec.builder("-h", "--help").usageHelp(true).description("Show this help message and exit.").build())
            .addOption(
                OptionSpec.builder("-V", "--version")
                    .versionHelp(true)
                    .description("Print version information and exit.")
                    .build());
    spec.usageMessage().footerHeading("%nExamples:%n");
    return spec;
  }

  /** The option --events, for every command that reads captures; {@link AliasFile#names} has what was given. */
  static OptionSpec events() {
    return OptionSpec.builder("--events")
        .paramLabel("FILE")
        .type(String.class)
        .description("Your own names of events, as YAML or JSON (docs/ALIASES.md).")
        .build();
  }

  /** The captures that a command reads, which {@link GivenCaptures} goes through. */
  static PositionalParamSpec captures(String arity) {
    return PositionalParamSpec.builder()
        .arity(arity)
        .required(!arity.startsWith("0"))
        .paramLabel("CAPTURE")
        .type(List.class)
        .auxiliaryTypes(String.class)
        .description("A capture, or a tar or zip archive of captures, compressed or not; - is standard input, a capture.")
        .build();
  }

  /** The kernel, where the user knows it better. */
  static OptionSpec kernel() {
    return OptionSpec.builder("--kernel")
        .paramLabel("RELEASE")
        .type(String.class)
        .description("Release of the kernel that made the capture (uname -r), where the capture does not show it.")
        .build();
  }

  /** How captures are read, by what {@link #kernel} and {@link #events} were given on a command line that has been parsed. */
  static CaptureRun.Options runOptions(CommandSpec spec) {
    String kernel = spec.commandLine().getParseResult().<@Nullable String>matchedOptionValue("--kernel", null);
    return new CaptureRun.Options(AliasFile.names(spec), kernel);
  }
}
