package io.vmatrace.cli;

import io.vmatrace.checker.catalogue.RulePage;
import io.vmatrace.checker.catalogue.Rules;
import io.vmatrace.checker.rule.Rule;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vmatrace rules}. */
@Command(
    name = "rules",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Lists the rules, or explains one with its sources.",
    footerHeading = "%nExamples:%n",
    footer = {"  vmatrace rules", "  vmatrace rules R59"})
final class RulesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(arity = "0..1", paramLabel = "ID", description = "The rule to explain, e.g. R18.")
  private @Nullable String id;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    String wanted = id;
    if (wanted == null) {
      Rules.all().forEach(rule -> out.println("%-4s  %s".formatted(rule.info().id(), rule.info().summary())));
    } else {
      Rule rule =
          Rules.find(wanted)
              .orElseThrow(
                  () -> new ParameterException(spec.commandLine(), "no rule %s; `vmatrace rules` lists them".formatted(wanted)));
      out.print(RulePage.of(rule));
    }
    out.flush();
    return ExitStatus.OK.code();
  }
}
