package io.vmatrace.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;

/** {@code vmatrace help}. */
final class HelpCommand implements Callable<Integer> {
  private final CommandSpec spec;

  private HelpCommand() {
    spec =
        Commands.spec(this, "help")
            .addPositional(PositionalParamSpec.builder().arity("0..1").paramLabel("COMMAND").type(String.class).description("The command to explain.").build());
    spec.usageMessage().description("Explains the program, or one command.").footer("  vmatrace help check");
  }

  /** The command. */
  static CommandSpec spec() {
    return new HelpCommand().spec;
  }

  @Override
  public Integer call() {
    CommandLine program = spec.parent().commandLine();
    String name = spec.commandLine().getParseResult().<@Nullable String>matchedPositionalValue(0, null);
    CommandLine explained = name == null ? program : program.getSubcommands().get(name);
    if (explained == null) {
      throw new ParameterException(program, "no command is called %s%s".formatted(name, Nearest.question(String.valueOf(name), program.getSubcommands().keySet())));
    }
    explained.usage(program.getOut());
    program.getOut().flush();
    return ExitStatus.OK.code();
  }
}
