package io.vmatrace.cli;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** A command line that is wrong, in one line: what, what may have been meant, and where help is. */
final class Misuse {
  private Misuse() {}

  static int say(ParameterException e, String[] arguments) {
    CommandLine line = e.getCommandLine();
    line.getErr().println("vmatrace: %s; see `%s --help`".formatted(what(e, line, List.of(arguments)), line.getCommandSpec().qualifiedName()));
    return ExitStatus.USAGE.code();
  }

  private static String what(ParameterException e, CommandLine line, List<String> arguments) {
    return switch (e) {
      case UnmatchedArgumentException unmatched when !unmatched.getUnmatched().isEmpty() -> unmatched(unmatched.getUnmatched().getFirst(), line);
      case MissingParameterException missing when missing.getMissing().stream().anyMatch(CommandLine.Model.ArgSpec::isPositional) ->
          "history".equals(line.getCommandName()) ? "name an address or a task, and then a capture, or - for standard input" : stranger(arguments, line).map(typed -> unmatched(typed, line)).orElseGet(() -> nameACapture(arguments));
      default -> plain(String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    };
  }

  /** The first argument that is written as an option and is none. */
  private static Optional<String> stranger(List<String> arguments, CommandLine line) {
    return arguments.stream()
        .takeWhile(argument -> !argument.equals("--"))
        .filter(argument -> argument.length() > 1 && argument.startsWith("-") && !isOption(argument, line))
        .findFirst();
  }

  /** Also where the value is behind the name at once: {@code -oktap:FILE}. */
  private static boolean isOption(String argument, CommandLine line) {
    boolean attached = !argument.startsWith("--") && line.getCommandSpec().findOption(argument.substring(0, 2)) != null;
    return attached || line.getCommandSpec().findOption(name(argument)) != null;
  }

  private static String name(String option) {
    return option.contains("=") ? option.substring(0, option.indexOf('=')) : option;
  }

  /** No capture is named; or it is, and was taken for the release that --kernel lacks. */
  private static String nameACapture(List<String> arguments) {
    int kernel = arguments.indexOf("--kernel");
    String release = kernel >= 0 && kernel + 1 < arguments.size() ? arguments.get(kernel + 1) : "";
    return release.isEmpty() || !exists(release)
        ? "name a capture, or - for standard input"
        : "--kernel has no value: give its RELEASE before %s, or leave it out".formatted(release);
  }

  /** What picocli says of an option, in a person's words. */
  private static String plain(String message) {
    return message
        .replaceFirst("^Invalid value for option '(\\S+)'(?: \\(.*?\\))?: '(.*)' is not an? (?:long|int)$", "$1 is a whole number, and '$2' is none")
        .replaceFirst("^Invalid value for option '(\\S+)'(?: \\(.*?\\))?: '.*' is not a boolean$", "$1 has no value")
        .replaceFirst("^Invalid value for option '(\\S+)'(?: \\(.*?\\))?: ", "$1: ")
        .replaceFirst("^Missing required parameter for option '(\\S+)' \\((.*)\\)$", "$1 has no value: give its $2")
        .replaceFirst("^option '(\\S+)'(?: \\(.*?\\))? should be specified only once$", "$1 is given more than once");
  }

  /** What --color was given, for the program or for the command, which counts more. */
  private static Terminal.@Nullable Colour colour(ParseResult parsed) {
    Terminal.Colour own = parsed.<Terminal.@Nullable Colour>matchedOptionValue(Commands.COLOR, null);
    Terminal.Colour below = parsed.hasSubcommand() ? colour(parsed.subcommand()) : null;
    return below == null ? own : below;
  }

  /** What the line asks for, even with --help, which picocli lets excuse all else: a command that is none has no help. */
  static int execute(ParseResult parsed) {
    if (!parsed.unmatched().isEmpty() && !parsed.hasSubcommand()) {
      throw new UnmatchedArgumentException(parsed.commandSpec().commandLine(), parsed.unmatched());
    }
    Terminal.Colour colour = colour(parsed);
    if (colour == null) {
      return new CommandLine.RunLast().execute(parsed);
    }
    return ScopedValue.where(Terminal.WANTED, colour).call(() -> {
      parsed.commandSpec().commandLine().setColorScheme(Vmatrace.colours());
      return new CommandLine.RunLast().execute(parsed);
    });
  }

  private static String unmatched(String typed, CommandLine line) {
    if (typed.startsWith("-") && typed.length() > 1) {
      String name = name(typed);
      if (exists(typed)) {
        return "no option is called %s; for the file of that name, give ./%s".formatted(typed, typed);
      }
      List<String> options = line.getCommandSpec().options().stream().flatMap(option -> List.of(option.names()).stream()).filter(option -> option.length() > 2).toList();
      String question = Nearest.question(name, options);
      return "no option is called %s%s".formatted(name, question.isEmpty() ? format(name, line) : question);
    }
    if (!line.getSubcommands().isEmpty()) {
      String question = Nearest.question(typed, line.getSubcommands().keySet());
      return "no command is called %s%s".formatted(typed, question.isEmpty() && exists(typed) ? "; did you mean `vmatrace check %s`?".formatted(typed) : question);
    }
    return "%s is one too many".formatted(typed);
  }

  /** A value of --format that some take for an option: {@code --format json} for {@code --json}. */
  private static String format(String typed, CommandLine line) {
    var format = line.getCommandSpec().findOption("--format");
    if (format == null || format.completionCandidates() == null) {
      return "";
    }
    List<String> values = StreamSupport.stream(format.completionCandidates().spliterator(), false).toList();
    return Nearest.of(typed, values).stream().findFirst().map(value -> "; did you mean --format %s?".formatted(value.toLowerCase(Locale.ROOT))).orElse("");
  }

  private static boolean exists(String name) {
    try {
      return name.equals("-") || Files.exists(Path.of(name));
    } catch (InvalidPathException _) {
      return false;
    }
  }
}
