package io.vmatrace.cli;

import io.vmatrace.checker.check.Check;
import io.vmatrace.checker.compare.Comparison;
import io.vmatrace.checker.compare.ComparisonJson;
import io.vmatrace.checker.compare.ComparisonText;
import io.vmatrace.checker.compare.RunFigures;
import io.vmatrace.checker.run.CaptureRun;
import io.vmatrace.checker.run.Pass;
import io.vmatrace.checker.stats.CaptureStats;
import io.vmatrace.checker.stats.StatsReport;
import io.vmatrace.parser.capture.CaptureSource;
import io.vmatrace.parser.input.CaptureException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** {@code vmatrace compare}. */
final class CompareCommand implements Callable<Integer> {
  /** What makes the exit status 1; the names are what the user types, with a hyphen. */
  private enum Failing {
    REGRESSION,
    NEW_FINDING
  }

  private static final String FAIL_ON = "--fail-on";
  private static final String LEAST_CHANGE = "--least-change";
  private static final String SEPARATOR = "--";

  private final CommandSpec spec;

  private ExitStatus status = ExitStatus.OK;

  private CompareCommand() {
    spec =
        Commands.spec(this, "compare")
            .addPositional(Commands.captures("1..*"))
            .addOption(TextOrJson.option())
            .addOption(
                OptionSpec.builder(FAIL_ON)
                    .paramLabel("WHAT")
                    .type(Set.class)
                    .auxiliaryTypes(Failing.class)
                    .splitRegex(",")
                    .converters(text -> Commands.named(Failing.REGRESSION, CompareCommand::name, text))
                    .description("Exit with 1 on a regression or a new-finding, or both: regression,new-finding. Exit with 4 where a regression is asked for and the runs are too few to tell.")
                    .build())
            .addOption(
                OptionSpec.builder(LEAST_CHANGE)
                    .paramLabel("PERCENT")
                    .type(Double.class)
                    .converters(CompareCommand::percent)
                    .defaultValue("%.0f".formatted(100 * Comparison.LEAST_CHANGE))
                    .description("Call no figure better or worse whose median has changed by less (default: ${DEFAULT-VALUE}).")
                    .build())
            .addOption(Commands.kernel())
            .addOption(Commands.events());
    spec.usageMessage()
        .customSynopsis("vmatrace compare [OPTIONS] BASE... -- NEW...")
        .description("Says what differs between runs before a change and runs after it, beyond the noise between runs.")
        .footer(
            "  vmatrace compare before*.dat -- after*.dat",
            "  vmatrace compare --fail-on regression,new-finding before/ -- after/",
            "",
            "Record at least six runs of each, in turn: docs/ANALYSE.md.");
  }

  /** The command. */
  static CommandSpec spec() {
    return new CompareCommand().spec;
  }

  private static double percent(String text) {
    double percent = text.matches("[0-9]{1,9}(\\.[0-9]{1,9})?") ? Double.parseDouble(text) : -1;
    if (percent < 0) {
      throw new TypeConversionException("'%s' is no number of per cent, such as 5 or 0.5".formatted(text));
    }
    return percent;
  }

  private static String name(Failing what) {
    return what == Failing.REGRESSION ? "regression" : "new-finding";
  }

  @Override
  public Integer call() {
    List<String> all = spec.commandLine().getParseResult().matchedPositionalValue(0, List.of());
    int base = all.size() - behindSeparator();
    if (base <= 0 || base == all.size()) {
      throw new ParameterException(spec.commandLine(), "name the captures before the change, then " + SEPARATOR + ", then those after it");
    }
    CaptureRun.Options options = Commands.runOptions(spec);
    List<RunFigures> before = read(all.subList(0, base), options);
    List<RunFigures> after = read(all.subList(base, all.size()), options);
    if (before.isEmpty() || after.isEmpty()) {
      return ExitStatus.UNREADABLE.code();
    }
    double leastChange = spec.commandLine().getParseResult().matchedOptionValue(LEAST_CHANGE, 100 * Comparison.LEAST_CHANGE) / 100;
    Comparison comparison = Comparison.of(before, after, leastChange);
    print(comparison);
    return status.worse(failing(comparison)).code();
  }

  /** How many arguments of the command line stand behind the separator, which is no argument itself. */
  private int behindSeparator() {
    List<String> arguments = spec.root().commandLine().getParseResult().originalArgs();
    int separator = arguments.indexOf(SEPARATOR);
    return separator < 0 ? 0 : arguments.size() - separator - 1;
  }

  private List<RunFigures> read(List<String> paths, CaptureRun.Options options) {
    List<RunFigures> runs = new ArrayList<>();
    ExitStatus readable =
        new GivenCaptures(spec, paths).read(
            (source, _) -> {
              runs.add(read(source, options));
              return true;
            },
            _ -> {});
    status = status.worse(readable);
    return runs;
  }

  private RunFigures read(CaptureSource source, CaptureRun.Options options) throws CaptureException {
    try (Progress progress = new Progress("compare", source)) {
      CaptureStats stats = new CaptureStats();
      Check check = new Check(Check.Wanted.all(false).bare());
      Pass pass = CaptureRun.over(source, options, progress, stats, check);
      Commands.kernelInDoubt(spec, source, pass);
      status = status.worse(Commands.unreadable(spec, pass, "compared"));
      StatsReport report = stats.report();
      if (!report.inNanoseconds()) {
        throw new CaptureException(report.path(), "its clock counts ticks, whose length it does not say: record with a clock in nanoseconds");
      }
      return RunFigures.of(report, check.report());
    }
  }

  private void print(Comparison comparison) {
    PrintWriter out = spec.commandLine().getOut();
    TextOrJson format = spec.commandLine().getParseResult().matchedOptionValue(Commands.FORMAT, TextOrJson.text);
    out.print(format == TextOrJson.text
        ? ComparisonText.write(comparison, Terminal.style())
        : ComparisonJson.of(comparison, Version.text()).toPrettyString() + "\n");
    out.flush();
  }

  private ExitStatus failing(Comparison comparison) {
    Set<Failing> on = spec.commandLine().getParseResult().matchedOptionValue(FAIL_ON, EnumSet.noneOf(Failing.class));
    if (on.contains(Failing.NEW_FINDING) && !comparison.newCauses().isEmpty() || on.contains(Failing.REGRESSION) && comparison.hasRegression()) {
      return ExitStatus.VIOLATION;
    }
    return on.contains(Failing.REGRESSION) && comparison.tooFew() ? ExitStatus.INCONCLUSIVE : ExitStatus.OK;
  }
}
