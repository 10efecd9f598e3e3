package io.vmatrace.cli;

import io.vmatrace.checker.report.JsonRun;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;

/** {@code vmatrace schema}. */
final class SchemaCommand implements Callable<Integer> {
  /** Each has a file among the resources. */
  static final List<String> NAMES = List.of("check", "check-line", "info", "stats", "compare", "events", "history", "replay", "whatif", "measure", "explore");

  private final CommandSpec spec;

  private SchemaCommand() {
    spec =
        Commands.spec(this, "schema")
            .addPositional(
                PositionalParamSpec.builder()
                    .arity("0..1")
                    .paramLabel("NAME")
                    .type(String.class)
                    .completionCandidates(NAMES)
                    .description("%s.".formatted(String.join(", ", NAMES)))
                    .build());
    spec.usageMessage()
        .description("Prints the JSON schema of what a command writes with --format json; check-line is that of a line of `check --format ndjson`. Without NAME it lists them.")
        .footer("  vmatrace schema", "  vmatrace schema check > check.schema.json");
  }

  /** The command. */
  static CommandSpec spec() {
    return new SchemaCommand().spec;
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    String wanted = spec.commandLine().getParseResult().<@Nullable String>matchedPositionalValue(0, null);
    if (wanted == null) {
      NAMES.forEach(out::println);
    } else if (NAMES.contains(wanted)) {
      out.print(text(wanted));
    } else {
      throw new ParameterException(spec.commandLine(), "no schema is called %s%s; there are %s".formatted(wanted, Nearest.question(wanted, NAMES), String.join(", ", NAMES)));
    }
    return (out.checkError() ? ExitStatus.INTERNAL : ExitStatus.OK).code();
  }

  private static String text(String name) {
    try (InputStream in = Objects.requireNonNull(JsonRun.class.getResourceAsStream("/schema/%s-1.schema.json".formatted(name)))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
