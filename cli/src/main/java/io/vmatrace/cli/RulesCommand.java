package io.vmatrace.cli;

import io.vmatrace.checker.catalogue.RuleList;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;

/** {@code vmatrace rules}. */
final class RulesCommand implements Callable<Integer> {
  private final CommandSpec spec;

  private RulesCommand() {
    spec =
        Commands.spec(this, "rules")
            .addPositional(
                PositionalParamSpec.builder()
                    .arity("0..1")
                    .paramLabel("ID")
                    .type(String.class)
                    .description("The rule to explain, e.g. R18.")
                    .build());
    spec.usageMessage()
        .description("Lists the rules, those that are not checked with the reason, or explains one with its sources.")
        .footer("  vmatrace rules", "  vmatrace rules R59");
  }

  /** The command. */
  static CommandSpec spec() {
    return new RulesCommand().spec;
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    String wanted = spec.commandLine().getParseResult().<@Nullable String>matchedPositionalValue(0, null);
    if (wanted == null) {
      out.print(RulesText.list(Terminal.style()));
    } else {
      RuleList.Entry rule =
          RuleList.find(wanted)
              .orElseThrow(
                  () -> new ParameterException(spec.commandLine(), "no rule is called %s%s; `vmatrace rules` lists them".formatted(wanted, Nearest.question(wanted, RuleList.all().stream().map(RuleList.Entry::id).toList()))));
      out.print(RulesText.page(rule, Terminal.style()));
    }
    out.flush();
    return ExitStatus.OK.code();
  }
}
