package io.vmatrace.cli;

import io.vmatrace.checker.evidence.KernelGuess;
import io.vmatrace.checker.run.CaptureRun;
import io.vmatrace.checker.run.Pass;
import io.vmatrace.parser.capture.CaptureSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/**
 * What all commands have in common. Commands are built by calls and not by annotations: reading those costs picocli a tenth of a
 * second, as much as the whole check of a small capture.
 */
final class Commands {
  /** What a command's output looks like. */
  static final String FORMAT = "--format";

  /** The option that asks for the version, of every command. */
  static final List<String> VERSION = List.of("-V", "--version");

  /** The option that says whether text is in colour, of every command. */
  static final String COLOR = "--color";

  private Commands() {}

  /** A command with --help, --version and --color, and examples to come in the footer. */
  static CommandSpec spec(Object command, String name) {
    CommandSpec spec =
        CommandSpec.wrapWithoutInspection(command)
            .name(name)
            .versionProvider(new Version())
            .addOption(
                OptionSpec.builder("-h", "--help").usageHelp(true).description("Show this help message and exit.").build())
            .addOption(
                OptionSpec.builder(VERSION.toArray(new String[0]))
                    .versionHelp(true)
                    .description("Print version information and exit.")
                    .build())
            .addOption(
                OptionSpec.builder(COLOR)
                    .paramLabel("WHEN")
                    .type(Terminal.Colour.class)
                    .description("Colours in text: auto (on a terminal; NO_COLOR, CLICOLOR_FORCE), always or never.")
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
        .description("A capture, a folder of captures, or a tar or zip archive of them, compressed or not; - is standard input, a capture.")
        .build();
  }

  /**
   * The option --format.
   *
   * @param otherwise the format where none is given
   * @param name what the user types for a format
   */
  static <F extends Enum<F>> OptionSpec format(F otherwise, Function<F, String> name) {
    return format(otherwise, name, "");
  }

  /**
   * The same.
   *
   * @param note what is to be said about some of the formats
   */
  static <F extends Enum<F>> OptionSpec format(F otherwise, Function<F, String> name, String note) {
    Map<String, F> formats = names(otherwise, name);
    List<String> names = List.copyOf(formats.keySet());
    String list = String.join(", ", names.subList(0, names.size() - 1)) + " or " + names.getLast();
    return OptionSpec.builder(FORMAT)
        .paramLabel("FORMAT")
        .type(otherwise.getDeclaringClass())
        .defaultValue(name.apply(otherwise))
        .converters(text -> format(formats, text))
        .completionCandidates(names)
        .description("%s (default: %s%s).".formatted(list, name.apply(otherwise), note.isEmpty() ? "" : "; " + note))
        .build();
  }

  private static <F extends Enum<F>> Map<String, F> names(F any, Function<F, String> name) {
    Map<String, F> formats = new LinkedHashMap<>();
    for (F format : any.getDeclaringClass().getEnumConstants()) {
      formats.put(name.apply(format), format);
    }
    return formats;
  }

  /**
   * The format that a user names, of the enum that has {@code any}.
   *
   * @throws TypeConversionException when there is none of that name
   */
  static <F extends Enum<F>> F named(F any, Function<F, String> name, String text) {
    return format(names(any, name), text);
  }

  private static <F> F format(Map<String, F> formats, String text) {
    F format = formats.get(text.toLowerCase(Locale.ROOT));
    if (format == null) {
      throw new TypeConversionException("no format is called %s; there are %s%s".formatted(text, String.join(", ", formats.keySet()), Nearest.question(text, formats.keySet())));
    }
    return format;
  }

  /** What a user gave for an option, read by {@code reader}, which throws IllegalArgumentException for what it is not. */
  static <T> T parsed(CommandSpec spec, String option, String text, Function<String, T> reader) {
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), option + ": " + e.getMessage(), e);
    }
  }

  /** The kernel, where the user knows it better. */
  static OptionSpec kernel() {
    return OptionSpec.builder("--kernel")
        .paramLabel("RELEASE")
        .type(String.class)
        .description("Release of the kernel that made the capture (uname -r), if the capture does not show it.")
        .build();
  }

  /** How captures are read, by what {@link #kernel} and {@link #events} were given on a command line that has been parsed. */
  static CaptureRun.Options runOptions(CommandSpec spec) {
    String kernel = spec.commandLine().getParseResult().<@Nullable String>matchedOptionValue("--kernel", null);
    if (kernel != null && KernelGuess.of(kernel) == null) {
      throw new ParameterException(spec.commandLine(), "--kernel %s is no release: give what uname -r prints there, such as 6.18.15".formatted(kernel));
    }
    return new CaptureRun.Options(AliasFile.names(spec), kernel);
  }

  /** Says what is to be said of the kernel's release, given by {@link #kernel} or by the capture. */
  static void kernelInDoubt(CommandSpec spec, CaptureSource source, Pass pass) {
    say(spec, kernelInDoubt(source, pass));
  }

  /** What that is, or null. */
  static @Nullable String kernelInDoubt(CaptureSource source, Pass pass) {
    String doubt = pass.kernelInDoubt();
    return doubt == null ? null : "%s: %s".formatted(source.name(), doubt);
  }

  /**
   * Says why the rest of a capture cannot be read.
   *
   * @param done what is done with what came before, such as shown
   * @return how that leaves the command
   */
  static ExitStatus unreadable(CommandSpec spec, Pass pass, String done) {
    say(spec, unreadable(pass, done));
    return pass.unreadable() == null ? ExitStatus.OK : ExitStatus.UNREADABLE;
  }

  /** The same, and says what is missing at the end of a capture that was read as far as it goes. */
  static ExitStatus readTo(CommandSpec spec, CaptureSource source, Pass pass, String done) {
    say(spec, readTo(source, pass, done));
    return pass.unreadable() == null ? ExitStatus.OK : ExitStatus.UNREADABLE;
  }

  /** What that says, or null. */
  static @Nullable String readTo(CaptureSource source, Pass pass, String done) {
    String cutShort = pass.complete() ? pass.facts().cutShort() : null;
    return cutShort == null ? unreadable(pass, done) : "%s: %s; what is there is %s".formatted(source.name(), cutShort, done);
  }

  private static @Nullable String unreadable(Pass pass, String done) {
    return pass.unreadable() == null ? null : "%s; what came before is %s".formatted(pass.unreadable(), done);
  }

  private static void say(CommandSpec spec, @Nullable String what) {
    if (what != null) {
      spec.commandLine().getErr().println("vmatrace: " + what);
    }
  }
}
